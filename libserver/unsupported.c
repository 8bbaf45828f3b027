/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that no file system here serves; one may by its own
   demultiplexers.  */

#include "node-internal.h"
#include "fs_S.h"
#include "fsys_S.h"
#include "io_S.h"

kern_return_t
S_file_get_storage_info (file_t file, portarray_t *ports,
			 mach_msg_type_name_t *poly,
			 mach_msg_type_number_t *nports, intarray_t *ints,
			 mach_msg_type_number_t *nints, off_array_t *offsets,
			 mach_msg_type_number_t *noffsets, data_t *data,
			 mach_msg_type_number_t *ndata)
{
  return EOPNOTSUPP;
}

kern_return_t
S_file_getfh (file_t file, data_t *handle, mach_msg_type_number_t *count)
{
  return EOPNOTSUPP;
}

kern_return_t
S_fsys_getfile (fsys_t fsys, const_idarray_t uids,
		mach_msg_type_number_t nuids, const_idarray_t gids,
		mach_msg_type_number_t ngids, const_data_t handle,
		mach_msg_type_number_t count, mach_port_t *file,
		mach_msg_type_name_t *poly)
{
  return EOPNOTSUPP;
}

kern_return_t
S_fsys_forward (mach_port_t server, mach_port_t requestor, const_data_t argv,
		mach_msg_type_number_t argvlen)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_map_cntl (io_t object, mach_port_t *memobj, mach_msg_type_name_t *poly)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_get_conch (io_t object)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_release_conch (io_t object)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_eofnotify (io_t object)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_prenotify (io_t object, vm_offset_t start, vm_offset_t end)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_postnotify (io_t object, vm_offset_t start, vm_offset_t end)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_readnotify (io_t object)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_readsleep (io_t object)
{
  return EOPNOTSUPP;
}

kern_return_t
S_io_sigio (io_t object)
{
  return EOPNOTSUPP;
}
