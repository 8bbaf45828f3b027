/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links over descriptors: pipes, local sockets, ptys.  */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "torture.h"

struct record
{
  uint32_t link, seq, len, last;
};

static bool
write_all (struct link *l, int fd, const void *data, size_t len)
{
  while (len)
    {
      ssize_t n = write (fd, data, len);
      if (n < 0 && errno == EINTR)
	continue;
      if (n <= 0)
	{
	  torture_fail (l, "write: %s", n ? strerror (errno) : "nothing");
	  return false;
	}
      data = (const char *) data + n;
      len -= n;
    }
  return true;
}

static bool
read_all (struct link *l, int fd, void *data, size_t len)
{
  while (len)
    {
      ssize_t n = read (fd, data, len);
      if (n < 0 && errno == EINTR)
	continue;
      if (n <= 0)
	{
	  torture_fail (l, "read: %s", n ? strerror (errno) : "end of file");
	  return false;
	}
      data = (char *) data + n;
      len -= n;
    }
  return true;
}

void
fd_send (struct link *l)
{
  uint8_t data[PAYLOAD_MAX];
  bool more = true;

  while (more && !torture_failed ())
    {
      more = torture_next (l);
      uint32_t seq = l->sent + 1, answer;
      struct record r = { l - ledger->link, seq, 0, !more };
      r.len = torture_payload (l, seq, data, l->kind == K_PTY ? 90 : PAYLOAD_MAX);
      l->sent = seq;
      if (!write_all (l, l->out[0], &r, sizeof r)
	  || !write_all (l, l->out[0], data, r.len))
	return;
      /* A terminal has room for a line.  */
      if (l->kind == K_PTY)
	{
	  if (!read_all (l, l->out[0], &answer, sizeof answer))
	    return;
	  if (answer != seq)
	    torture_fail (l, "answer %u to message %u", answer, seq);
	}
    }
}

void
fd_receive (struct link *l)
{
  _Alignas (uint32_t) uint8_t data[PAYLOAD_MAX], expected[PAYLOAD_MAX];
  struct record r = { 0 };

  while (!r.last && !torture_failed ())
    {
      uint32_t seq = l->received + 1;
      size_t len = torture_payload (l, seq, expected,
				    l->kind == K_PTY ? 90 : PAYLOAD_MAX);
      torture_busy (l);
      if (!read_all (l, l->in[0], &r, sizeof r))
	return;
      if (r.link != (uint32_t) (l - ledger->link) || r.seq != seq || r.len != len)
	{
	  torture_fail (l, "message %u of link %u, %u bytes, instead of %u, %zu"
			" bytes", r.seq, r.link, r.len, seq, len);
	  return;
	}
      if (!read_all (l, l->in[0], data, len))
	return;
      if (memcmp (data, expected, len)
	  && torture_same (l, seq, data, l->kind == K_PTY ? 90 : PAYLOAD_MAX))
	torture_fail (l, "what message %u should be was wrong here", seq);
      torture_got (l, seq);
      if (l->kind == K_PTY && !write_all (l, l->in[0], &seq, sizeof seq))
	return;
    }
  l->ended = r.last;
}
