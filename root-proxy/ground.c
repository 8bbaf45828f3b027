/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ground's objects, as seen from here.  */

#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"
#include "mach_debug_U.h"

/* Open PATH for as much as is possible: streams for reading and writing, others
   for reading, but fifos and such for nothing.  Streams and the roots of translators are opened as what they
   stand for; all other nodes as they are.  */
static error_t
open_path (const char *path, bool fsroot, bool stream, mode_t type,
	   mach_port_t *port)
{
  bool plain = S_ISREG (type) || S_ISDIR (type) || S_ISLNK (type);
  static const int modes[] = { O_RDWR, O_READ, O_WRITE, 0 };
  int flags = O_NOLINK | (fsroot || stream ? 0 : O_NOTRANS);

  if (*path == 0)
    path = ".";
  for (size_t i = stream ? 0 : 1; i < sizeof modes / sizeof *modes; i++)
    {
      if (modes[i] && !stream && (!plain || modes[i] == O_WRITE))
	continue;
      *port = file_name_lookup_under (rp.ground, path, flags | modes[i], 0);
      if (*port != MACH_PORT_NULL)
	return 0;
      if (errno == ENOENT || errno == ENOTDIR)
	break;
    }
  return errno;
}

static bool
same_generation (struct ov_node *ov, uint32_t ggen)
{
  pthread_mutex_lock (&rp.lock);
  bool same = ov_same_generation (ov, ggen);
  pthread_mutex_unlock (&rp.lock);
  return same;
}

error_t
rp_ground_port (struct fs_node *node, mach_port_t *port)
{
  struct rp_node *d = rp_data (node);
  io_statbuf_t st;
  uint64_t gino = 0;
  bool fsroot = false;
  mode_t type = 0;
  char *path = NULL;
  error_t err;

  pthread_mutex_lock (&rp.lock);
  *port = d->port;
  pthread_mutex_unlock (&rp.lock);
  if (*port != MACH_PORT_NULL)
    return 0;
  pthread_mutex_lock (&rp.ground_lock);
  pthread_mutex_lock (&rp.lock);
  *port = d->port;
  if (*port == MACH_PORT_NULL && d->ov && d->ov->gino != 0)
    {
      path = ov_ground_path (&rp.ov, d->ov);
      gino = d->ov->gino;
      fsroot = d->ov->fsroot;
      type = d->ov->type;
    }
  pthread_mutex_unlock (&rp.lock);
  err = *port != MACH_PORT_NULL ? 0 : path ? 0 : ESTALE;
  if (!err && *port == MACH_PORT_NULL)
    {
      err = open_path (path, fsroot, d->kind == RP_STREAM, type, port);
      if (!err)
	err = io_stat (*port, &st);
      if (!err && d->kind == RP_FILE
	  && (st.st_ino != gino || !same_generation (d->ov, st.st_gen)))
	err = ESTALE;
      if (err == ENOENT)
	err = ESTALE;
      if (!err)
	{
	  pthread_mutex_lock (&rp.lock);
	  d->port = *port;
	  pthread_mutex_unlock (&rp.lock);
	}
      else if (*port != MACH_PORT_NULL)
	mach_port_deallocate (mach_task_self (), *port);
    }
  pthread_mutex_unlock (&rp.ground_lock);
  free (path);
  return err;
}

error_t
rp_admits_size (uint64_t size)
{
  /* What is known so far.  Any file system of ours has files of 2 GiB less a byte.  */
  static uint64_t good = INT32_MAX, bad = UINT64_MAX;
  mach_port_t file;

  pthread_mutex_lock (&rp.lock);
  bool fits = size <= good, too_big = size >= bad;
  pthread_mutex_unlock (&rp.lock);
  if (fits || too_big)
    return fits ? 0 : EFBIG;
  /* Where we may not try it, the apply will tell.  */
  if (dir_mkfile (rp.ground, O_WRITE, 0600, &file))
    return 0;
  error_t err = file_set_size (file, size);
  mach_port_deallocate (mach_task_self (), file);
  pthread_mutex_lock (&rp.lock);
  if (!err && size > good)
    good = size;
  if ((err == EFBIG || err == EINVAL) && size < bad)
    bad = size;
  pthread_mutex_unlock (&rp.lock);
  return err == EINVAL ? EFBIG : err;
}

error_t
rp_port_read (mach_port_t port, uint64_t offset, size_t len, void *data)
{
  error_t err = 0;
  size_t done = 0;

  while (!err && done < len)
    {
      char *buf = (char *) data + done;
      mach_msg_type_number_t n = len - done;
      err = io_read (port, &buf, &n, offset + done, len - done);
      if (err || n == 0)
	break;
      if (n > len - done)
	err = EGRATUITOUS;
      else if (buf != (char *) data + done)
	memcpy ((char *) data + done, buf, n);
      if (buf != (char *) data + done)
	vm_deallocate (mach_task_self (), (vm_address_t) buf, n);
      done += n;
    }
  /* Somebody else may have cut it.  */
  if (!err)
    memset ((char *) data + done, 0, len - done);
  return err;
}

error_t
rp_ground_read (struct fs_node *node, uint64_t offset, size_t len, void *data)
{
  mach_port_t port;
  error_t err = rp_ground_port (node, &port);

  return err ? err : rp_port_read (port, offset, len, data);
}

error_t
rp_port_read_some (mach_port_t port, uint64_t offset, size_t *len, void *data)
{
  char *buf = data;
  mach_msg_type_number_t n = *len;
  error_t err = io_read (port, &buf, &n, offset, *len);

  if (err)
    return err;
  if (n > *len)
    n = *len;
  if (buf != data)
    {
      memcpy (data, buf, n);
      vm_deallocate (mach_task_self (), (vm_address_t) buf, n);
    }
  *len = n;
  return 0;
}

error_t
rp_port_translator (mach_port_t port, char **argz, size_t *len)
{
  char room[256], *record = room;
  mach_msg_type_number_t n = sizeof room;
  error_t err = file_get_translator (port, &record, &n);

  if (err)
    return err;
  *len = n;
  *argz = malloc (n + 1);
  if (*argz)
    {
      memcpy (*argz, record, n);
      (*argz)[n] = 0;
    }
  if (record != room)
    vm_deallocate (mach_task_self (), (vm_address_t) record, n);
  return *argz ? 0 : ENOMEM;
}

/* Is what is mapped at AT, LEN bytes, nobody's but ours?  A server may send pages of a
   file as they are, with its pager behind them.  */
static bool
is_memory_alone (vm_address_t at, size_t len)
{
  mach_port_t name, shadow, copy;
  vm_region_info_t region;
  vm_object_info_t object;
  bool alone;

  if (mach_vm_region_info (mach_task_self (), at, &region, &name))
    return false;
  alone = region.vri_start <= at && region.vri_end >= at + len;
  if (!MACH_PORT_VALID (name))
    return alone;
  if (mach_vm_object_info (name, &object, &shadow, &copy))
    alone = false;
  else
    {
      alone = (alone && (object.voi_state & VOI_STATE_INTERNAL)
	       && object.voi_shadow == 0);
      if (MACH_PORT_VALID (shadow))
	mach_port_deallocate (mach_task_self (), shadow);
      if (MACH_PORT_VALID (copy))
	mach_port_deallocate (mach_task_self (), copy);
    }
  mach_port_deallocate (mach_task_self (), name);
  return alone;
}

error_t
rp_own_memory (char **data, size_t len)
{
  vm_address_t own = 0;
  error_t err;

  if (is_memory_alone ((vm_address_t) *data, len))
    return 0;
  err = vm_allocate (mach_task_self (), &own, len, TRUE);
  if (!err)
    memcpy ((void *) own, *data, len);
  vm_deallocate (mach_task_self (), (vm_address_t) *data, len);
  *data = (char *) own;
  return err;
}
