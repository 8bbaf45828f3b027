/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fifo: a pipe with a name.  Opening one end waits for the other.  */

#include <argp.h>
#include <error.h>
#include <hurd.h>
#include <translators/pflocal/queue.h>
#include <translators/trivial/trivial.h>

TRIV_VERSION ("fifo");

static struct triv triv;
/* All guarded by the node's lock.  */
static struct queue queue;
static unsigned int readers, writers;
static unsigned int reader_opens, writer_opens; /* Ever.  */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static error_t
fifo_wait (int flags)
{
  return (flags & O_NONBLOCK ? EWOULDBLOCK
	  : sv_wait (&changed, &triv.fs.root->lock, NULL));
}

static void
fifo_close (struct fs_node *node, int flags)
{
  if (flags & O_READ)
    readers--;
  if (flags & O_WRITE)
    writers--;
  if (readers == 0 && writers == 0)
    queue_clear (&queue);
  pthread_cond_broadcast (&changed);
}

static error_t
fifo_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  unsigned int seen_readers = reader_opens, seen_writers = writer_opens;
  error_t err = 0;

  if ((flags & O_WRITE) && !(flags & O_READ) && (flags & O_NONBLOCK)
      && readers == 0)
    return ENXIO;
  if (flags & O_READ)
    readers++, reader_opens++;
  if (flags & O_WRITE)
    writers++, writer_opens++;
  pthread_cond_broadcast (&changed);
  if (flags & O_NONBLOCK)
    return 0;
  /* A partner that came and went meanwhile will do.  */
  while (err == 0 && (flags & O_READ) && writers == 0
	 && writer_opens == seen_writers)
    err = fifo_wait (flags);
  while (err == 0 && (flags & O_WRITE) && readers == 0
	 && reader_opens == seen_readers)
    err = fifo_wait (flags);
  if (err != 0)
    fifo_close (node, flags);
  return err;
}

static error_t
fifo_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  size_t want = *len;
  error_t err = 0;

  *len = 0;
  while (err == 0 && want > 0 && queue.bytes == 0 && writers > 0)
    err = fifo_wait (flags);
  if (err == 0 && want > 0)
    {
      *len = queue_read (&queue, data, want, false, NULL);
      triv_touch (node, true);
      pthread_cond_broadcast (&changed);
    }
  return err;
}

static error_t
fifo_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, const void *data, int flags)
{
  size_t want = *len, done = 0;
  error_t err = 0;

  while (err == 0 && done < want)
    {
      size_t room = (queue.bytes < QUEUE_SIZE && queue.packets < QUEUE_RECORDS
		     ? QUEUE_SIZE - queue.bytes : 0);
      size_t n = want - done < room ? want - done : room;

      if (want <= QUEUE_ATOMIC && n < want)
	n = 0;
      if (readers == 0)
	err = EPIPE;
      else if (n == 0)
	err = fifo_wait (flags);
      else
	{
	  err = queue_write (&queue, (const char *) data + done, n);
	  if (err == 0)
	    done += n;
	  pthread_cond_broadcast (&changed);
	}
    }
  if (done > 0)
    triv_touch (node, false);
  *len = done;
  return done > 0 ? 0 : err;
}

static error_t
fifo_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  *amount = queue.bytes;
  return 0;
}

static error_t
fifo_select (struct fs_node *node, int *type, const struct timespec *abstime)
{
  error_t err = 0;

  for (;;)
    {
      int ready = 0;

      if (queue.bytes > 0 || (writers == 0 && writer_opens > 0))
	ready |= SELECT_READ;
      if (readers == 0 || queue_has_room (&queue, QUEUE_ATOMIC))
	ready |= SELECT_WRITE;
      ready &= *type;
      if (ready != 0 || err == ETIMEDOUT)
	{
	  *type = ready;
	  return 0;
	}
      if (err != 0)
	return err;
      err = sv_wait (&changed, &node->lock, abstime);
    }
}

static error_t
fifo_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static const struct fs_ops ops =
{
  TRIV_OPS, .open = fifo_open, .close = fifo_close, .read = fifo_read,
  .write = fifo_write, .readable = fifo_readable, .select = fifo_select,
  .truncate = fifo_truncate,
};

static const struct argp argp = { .doc = "A pipe with a name." };

int
main (int argc, char **argv)
{
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "fifo", S_IFIFO, &ops);
  if (err != 0)
    error (1, err, "starting");
  triv_start (&triv, 3, 0);
  triv_wait ();
}
