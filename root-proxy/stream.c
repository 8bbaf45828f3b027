/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams of the ground, and files that are to be like them: requests pass through.

   Reading, writing and select wait on the ground, parked: a checkpoint finds them not
   handled, and after a restore they are asked again.  So one write at a time is under
   way: what the sink says of its progress then tells how far that one came.  The ground's open is shared by all of the environment's, so offsets,
   which a stream ignores, are the client's.

   Under POLICY_REPLAY each answer is in the journal before it is given (replay.h).
   What a sink tells of its progress is its size: one that grows by what it was
   given is believed.  */

#include <hurd/fs.h>
#include <hurd/io.h>
#include <mach/mig_support.h>
#include <stdlib.h>
#include <string.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"

error_t
rp_port_ready (mach_port_t port, int type)
{
  struct timespec none = { 0, 0 };
  error_t err = io_select_timeout (port, mig_get_reply_port (), none, &type);

  if (err == MACH_RCV_TIMED_OUT || err == EINTR || (!err && type == 0))
    return EWOULDBLOCK;
  return err;
}

/* Who had the object open when the environment was restored hears of it once.  */
static bool
was_reset (struct rp_node *d)
{
  bool reset = d->reset;

  d->reset = false;
  return reset;
}

/* Note E, of D's stream: filled but for what is the same in all.  */
static void
record (struct rp_node *d, struct replay_entry *e)
{
  e->gdev = d->replay->gdev;
  e->gino = d->replay->gino;
  static error_t told;
  error_t err = rp_journal (e);
  bool again = err == told;

  told = err;
  if (err == 0)
    return;
  /* The request has been done, and the answer must be given.  */
  d->replay->doubtful++;
  if (!again)
    rp_message ("requests to streams are not in the journal: %s",
		strerror (err));
  if (err == ENOSPC && rp.checkpoint)
    rp.checkpoint (false);
}

/* Something else is asked in LANE than was before.  */
static void
diverge (struct rp_node *d, enum replay_lane lane)
{
  struct replay_stream *s = d->replay;
  struct replay_entry e = { .lane = lane, .kind = REPLAY_FORGET,
			    .seq = s->seq[lane] };

  pthread_mutex_lock (&rp.lock);
  replay_diverged (s, lane);
  char *path = d->ov ? rp_path (d->ov) : NULL;
  pthread_mutex_unlock (&rp.lock);
  rp_message ("%s: what is %s is not what it was before the restore",
	      path ? path : "stream", lane == REPLAY_READ ? "read" : "written");
  free (path);
  record (d, &e);
}

error_t
rp_live_read (struct fs_node *node, mach_port_t port, loff_t offset,
	      size_t *len, void *data)
{
  pthread_mutex_unlock (&node->lock);
  sv_park ();
  error_t err = rp_port_read_some (port, offset, len, data);
  sv_unpark ();
  pthread_mutex_lock (&node->lock);
  return err;
}

error_t
rp_live_write (struct fs_node *node, mach_port_t port, loff_t offset,
	       size_t *len, const void *data)
{
  vm_size_t n = 0;

  pthread_mutex_unlock (&node->lock);
  sv_park ();
  error_t err = io_write (port, data, *len, offset, &n);
  sv_unpark ();
  pthread_mutex_lock (&node->lock);
  if (err || n < *len)
    *len = err ? 0 : n;
  return err;
}

/* Answer a read from the past, if there is one: true.  */
static bool
read_past (struct rp_node *d, size_t *len, void *data, error_t *err)
{
  const struct replay_entry *e = replay_next (d->replay, REPLAY_READ);

  if (e == NULL)
    return false;
  if (!replay_fits (e, NULL, *len))
    {
      diverge (d, REPLAY_READ);
      return false;
    }
  *err = e->error;
  *len = e->result;
  memcpy (data, e->data, e->len);
  pthread_mutex_lock (&rp.lock);
  replay_taken (d->replay, REPLAY_READ);
  pthread_mutex_unlock (&rp.lock);
  return true;
}

static error_t
stream_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, void *data, int flags)
{
  struct rp_node *d = rp_data (node);
  size_t amount = *len;
  mach_port_t port;
  error_t err = 0;

  if (was_reset (d))
    return EIO;
  d->requests++;
  checkpointd_fault_request ();
  if (d->replay && read_past (d, len, data, &err))
    return err;
  err = rp_ground_port (node, &port);
  if (!err && (flags & O_NONBLOCK))
    err = rp_port_ready (port, SELECT_READ);
  if (!err)
    err = rp_live_read (node, port, offset, len, data);
  if (!err)
    d->bytes += *len;
  rp_trace (d->ov, "read length %zu: %s", amount, err ? strerror (err) : "ok");
  if (d->replay && err != EWOULDBLOCK && err != EINTR)
    {
      struct replay_entry e = {
	.lane = REPLAY_READ, .amount = amount, .result = err ? 0 : *len,
	.error = err, .len = err ? 0 : *len, .data = data,
	.seq = d->replay->seq[REPLAY_READ]++
      };
      record (d, &e);
    }
  return err;
}

/* A file that is like a stream, without a journal, answers at once.  */
static error_t
stream_read_through (struct fs_node *node, loff_t offset, size_t amount,
		     char **data, size_t *len)
{
  struct rp_node *d = rp_data (node);

  if (d->replay || d->reset || d->ov == NULL || !S_ISREG (d->ov->type))
    return EAGAIN;
  return rp_ground_read_through (node, offset, amount, data, len);
}

/* How far the sink is.  */
static uint64_t
progress (mach_port_t port)
{
  io_statbuf_t st;
  return io_stat (port, &st) ? 0 : st.st_size;
}

/* How much of a write that was done and answered, E, the sink has lost since: a file
   is on the ground's disk only some time later.  */
static size_t
lost (struct fs_node *node, const struct replay_entry *e)
{
  mach_port_t port;

  if (!e->tells || e->error || e->result == 0 || rp_ground_port (node, &port))
    return 0;
  uint64_t size = progress (port);
  return (size < e->progress && size >= e->progress - e->result
	  ? e->progress - size : 0);
}

/* Answer a write from the past, if there is one: true.  */
static bool
write_past (struct fs_node *node, loff_t offset, size_t *len,
	    const void *data, error_t *err)
{
  struct rp_node *d = rp_data (node);
  const struct replay_entry *e = replay_next (d->replay, REPLAY_WRITE);
  mach_port_t port;

  if (e == NULL)
    return false;
  if (!replay_fits (e, data, *len))
    {
      diverge (d, REPLAY_WRITE);
      return false;
    }
  *err = e->error;
  *len = e->result;
  size_t again = lost (node, e);
  if (again && rp_ground_port (node, &port) == 0)
    {
      vm_size_t n;
      io_write (port, (const char *) data + *len - again, again,
		offset == -1 ? -1 : offset + (loff_t) (*len - again), &n);
      __atomic_store_n (&rp.unsynced, true, __ATOMIC_RELAXED);
    }
  pthread_mutex_lock (&rp.lock);
  replay_taken (d->replay, REPLAY_WRITE);
  pthread_mutex_unlock (&rp.lock);
  return true;
}

/* Before the first live write, ever or since a restore.  Returns how many of the LEN
   bytes that are to be written the sink has already: those of the request that was
   under way when the machine stopped.  */
static size_t
first_write (struct rp_node *d, mach_port_t port, size_t len)
{
  struct replay_stream *s = d->replay;
  uint64_t size = progress (port), ahead = 0;

  if (!s->begun)
    {
      struct replay_entry e = { .lane = REPLAY_WRITE, .kind = REPLAY_BEGIN,
				.progress = size };
      s->begun = true;
      s->progress = size;
      record (d, &e);
    }
  else if (s->restored)
    {
      ahead = replay_ahead (s, size);
      if (ahead > len)
	ahead = 0;		/* That was somebody else.  */
      if (ahead == 0 && !s->tells)
	{
	  s->doubtful++;
	  rp_message ("stream %llu: the next %zu bytes may come a second time",
		      (unsigned long long) s->gino, len);
	}
      s->suppressed += ahead;
      s->progress = size;
    }
  s->restored = false;
  return ahead;
}

/* Wait until it is our turn to write to NODE.  0 or EINTR.  */
static error_t
begin_write (struct fs_node *node)
{
  struct rp_node *d = rp_data (node);
  error_t err = 0;

  while (!err && d->writing)
    err = sv_wait (&d->written, &node->lock, NULL);
  if (!err)
    d->writing = true;
  return err;
}

static void
end_write (struct fs_node *node)
{
  struct rp_node *d = rp_data (node);

  d->writing = false;
  pthread_cond_broadcast (&d->written);
}

static error_t
live_write (struct fs_node *node, mach_port_t port, loff_t offset, size_t *len,
	    const void *data)
{
  struct rp_node *d = rp_data (node);
  struct replay_stream *s = d->replay;
  struct replay_entry e = { .lane = REPLAY_WRITE, .amount = *len };
  size_t ahead = 0, n = 0;
  error_t err = 0;

  if (s && (!s->begun || s->restored))
    ahead = first_write (d, port, *len);
  if (ahead < *len || *len == 0)
    {
      n = *len - ahead;
      err = rp_live_write (node, port, offset == -1 ? -1 : offset + (loff_t) ahead,
			   &n, (const char *) data + ahead);
    }
  checkpointd_fault_request ();
  if (err && ahead)
    err = 0;
  if (!err)
    *len = ahead + n;
  if (s == NULL || err == EWOULDBLOCK || err == EINTR)
    return err;
  if (n && d->ov && S_ISREG (d->ov->type))
    __atomic_store_n (&rp.unsynced, true, __ATOMIC_RELAXED);
  uint64_t size = progress (port);
  s->tells = n ? size == s->progress + n : s->tells;
  s->progress = size;
  e.seq = s->seq[REPLAY_WRITE]++;
  e.hash = replay_hash (data, e.amount);
  e.result = err ? 0 : *len;
  e.error = err;
  e.progress = size;
  e.tells = s->tells;
  record (d, &e);
  return err;
}

error_t
rp_stream_put (struct fs_node *node, const void *data, size_t len)
{
  struct rp_node *d = rp_data (node);
  mach_port_t port;
  error_t err = begin_write (node);

  if (err)
    return err;
  while (!err && len > 0)
    {
      size_t n = len;
      if (!d->replay || !write_past (node, 0, &n, data, &err))
	{
	  err = rp_ground_port (node, &port);
	  if (!err)
	    err = live_write (node, port, 0, &n, data);
	}
      if (!err && n == 0)
	err = EIO;
      data = (const char *) data + n;
      len -= err ? 0 : n;
    }
  end_write (node);
  return err;
}

static error_t
ask_write (struct fs_node *node, loff_t offset, size_t *len, const void *data,
	   int flags)
{
  struct rp_node *d = rp_data (node);
  mach_port_t port;
  error_t err = 0;

  if (d->replay && write_past (node, offset, len, data, &err))
    return err;
  err = rp_ground_port (node, &port);
  if (!err && (flags & O_NONBLOCK))
    err = rp_port_ready (port, SELECT_WRITE);
  if (!err)
    err = live_write (node, port, offset, len, data);
  if (!err)
    d->bytes += *len;
  rp_trace (d->ov, "write length %zu: %s", *len, err ? strerror (err) : "ok");
  return err;
}

static error_t
stream_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, const void *data, int flags)
{
  struct rp_node *d = rp_data (node);
  error_t err;

  if (was_reset (d))
    return EIO;
  d->requests++;
  checkpointd_fault_request ();
  if (d->sync)
    return rp_output_hold (node, data, *len);
  err = begin_write (node);
  if (err)
    return err;
  err = ask_write (node, offset, len, data, flags);
  end_write (node);
  checkpointd_fault_request ();
  return err;
}

static error_t
stream_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  struct rp_node *d = rp_data (node);
  const struct replay_entry *e;
  mach_port_t port;
  vm_size_t n = 0;

  if (d->replay && (e = replay_next (d->replay, REPLAY_READ)) != NULL)
    {
      *amount = e->result;
      return 0;
    }
  error_t err = rp_ground_port (node, &port);
  if (!err)
    err = io_readable (port, &n);
  *amount = n;
  return err;
}

/* The ground's open is asked once: null and its like can be sought in, terminals cannot.  */
static bool
stream_seekable (struct fs_node *node)
{
  struct rp_node *d = rp_data (node);
  mach_port_t port;
  loff_t place;

  if (!d->seek_known && rp_ground_port (node, &port) == 0)
    {
      d->seeks = io_seek (port, 0, SEEK_CUR, &place) == 0;
      d->seek_known = true;
    }
  return d->seeks;
}

/* Until when to ask the ground, on the clock of the day, which io_select_timeout goes by:
   to ABSTIME, or as long as any server knows a point of time for.  *LAST: it is ABSTIME.  */
static struct timespec
ask_until (const struct timespec *abstime, bool *last)
{
  struct timespec until;

  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_sec += 3600;
  *last = abstime && abstime->tv_sec < until.tv_sec;
  return *last ? *abstime : until;
}

/* Not io_select: that stops waiting for its reply by a timeout of its own, of which none
   means at once, and the reply then is taken for that of the next request.  */
error_t
rp_port_select (struct fs_node *node, mach_port_t port, int *type,
		const struct timespec *abstime)
{
  int wanted = *type;
  error_t err;
  bool last;

  pthread_mutex_unlock (&node->lock);
  sv_park ();
  do
    {
      struct timespec until = ask_until (abstime, &last);
      *type = wanted;
      err = io_select_timeout (port, mig_get_reply_port (), until, type);
      if (err == MACH_RCV_TIMED_OUT || err == ETIMEDOUT)
	{
	  *type = 0;
	  err = 0;
	}
    }
  while (!err && *type == 0 && !last);
  sv_unpark ();
  pthread_mutex_lock (&node->lock);
  return err;
}

static error_t
stream_select (struct fs_node *node, int *type,
	       const struct timespec *abstime)
{
  struct rp_node *d = rp_data (node);
  mach_port_t port;
  int past = 0;

  if (d->replay && replay_next (d->replay, REPLAY_READ))
    past |= SELECT_READ;
  if (d->replay && replay_next (d->replay, REPLAY_WRITE))
    past |= SELECT_WRITE;
  if (d->reset || (past & *type))
    {
      *type &= d->reset ? SELECT_READ | SELECT_WRITE : past;
      return 0;
    }
  error_t err = rp_ground_port (node, &port);
  return err ?: rp_port_select (node, port, type, abstime);
}

/* NODE is opened, or was (CRED is NULL) before a restore.  */
static error_t
stream_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  struct rp_node *d = rp_data (node);
  error_t err = 0;

  pthread_mutex_lock (&rp.lock);
  char *path = rp_path (d->ov);
  if (d->opens == 0)
    {
      d->policy = policy_of (&rp.policies, path, d->ov->type);
      d->sync = S_ISCHR (d->ov->type) && path && rp_is_sync (path);
    }
  if (d->policy == POLICY_REPLAY && d->replay == NULL)
    {
      d->replay = replay_stream (&rp.replay, d->ov->gdev, d->ov->gino);
      err = d->replay ? 0 : ENOMEM;
    }
  else if (d->policy != POLICY_REPLAY)
    d->replay = NULL;
  if (d->policy == POLICY_RESET && cred == NULL)
    d->reset = true;
  d->opens += !err;
  pthread_mutex_unlock (&rp.lock);
  free (path);
  return err;
}

static void
stream_close (struct fs_node *node, int flags)
{
  pthread_mutex_lock (&rp.lock);
  rp_data (node)->opens--;
  pthread_mutex_unlock (&rp.lock);
}

static error_t
stream_utimens (struct fs_node *node, const struct timespec *atime,
		const struct timespec *mtime)
{
  return 0;
}

static error_t
stream_truncate (struct fs_node *node, loff_t size)
{
  mach_port_t port;
  error_t err;

  if (!S_ISREG (rp_data (node)->ov->type))
    return 0;
  err = rp_ground_port (node, &port);
  return err ? err : file_set_size (port, size);
}

/* What is mapped of zero is memory without an object, and that can be had inside
   as well; an object of the ground's cannot.  */
static error_t
stream_map (struct fs_node *node, int prot, mach_port_t *object)
{
  mach_port_t port, rd = MACH_PORT_NULL, wt = MACH_PORT_NULL;
  error_t err = rp_ground_port (node, &port);

  if (!err)
    err = io_map (port, &rd, &wt);
  if (err)
    return err;
  if (MACH_PORT_VALID (rd))
    mach_port_deallocate (mach_task_self (), rd);
  if (MACH_PORT_VALID (wt))
    mach_port_deallocate (mach_task_self (), wt);
  *object = MACH_PORT_NULL;
  return rd == MACH_PORT_NULL && wt == MACH_PORT_NULL ? 0 : EOPNOTSUPP;
}

static void
stream_free (struct fs_node *node)
{
  rp_file_ops.free (node);
}

const struct fs_ops rp_stream_ops = {
  .stat = rp_stat, .cross = rp_cross,
  .read_through = stream_read_through, .read = stream_read,
  .admit = rp_output_admit, .write = stream_write,
  .readable = stream_readable, .select = stream_select, .seekable = stream_seekable,
  .truncate = stream_truncate, .utimens = stream_utimens,
  .map = stream_map,
  .open = stream_open, .close = stream_close, .free = stream_free
};
