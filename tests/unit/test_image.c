/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The image format: what goes in comes out; nothing damaged comes through.  */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "libckpt-hurd/image.h"

static uint32_t seed = 20260101;

static uint32_t
random_number (void)
{
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

static uint8_t *
bytes (size_t n)
{
  uint8_t *p = malloc (n ? n : 1);
  for (size_t i = 0; i < n; i++)
    p[i] = random_number ();
  return p;
}

static void
add_ports (struct ci_image *ci)
{
  static const struct ci_port ports[] =
  {
    { .kind = CI_PORT_ENV, .index = 0, .name = 10, .seqno = 5, .mscount = 7,
      .qlimit = 5, .set = 12, .nsrequest = 2, .pdrequest = 1 },
    { .kind = CI_PORT_ENV, .index = 1, .name = 4, .qlimit = 16 },
    { .kind = CI_PORT_BORDER, .id = 0x123456789abcULL },
    { .kind = CI_PORT_TASK, .index = 1 },
    { .kind = CI_PORT_THREAD, .index = 2 },
    { .kind = CI_PORT_HOST },
    { .kind = CI_PORT_DEAD },
    { .kind = CI_PORT_ENV, .index = CI_IN_MESSAGE, .qlimit = 5 },
    { .kind = CI_PORT_MEMORY, .index = 3, .id = 77 },
    { .kind = CI_PORT_EXCEPTION, .index = 1 },
    { .kind = CI_PORT_CONTROL, .index = 2 },
    { .kind = CI_PORT_PAGER_NAME, .index = 2 },
  };
  for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
    *(struct ci_port *) ci_append (&ci->ports, &ci->nports, sizeof *ports)
      = ports[i];
}

static void
add_right (struct ci_task *t, uint32_t name, uint8_t type, uint32_t urefs,
	   uint32_t port)
{
  struct ci_right *r = ci_append (&t->rights, &t->nrights, sizeof *r);
  *r = (struct ci_right) { .name = name, .type = type, .urefs = urefs,
			   .port = port };
}

static void
add_tasks (struct ci_image *ci)
{
  *(struct ci_memory *) ci_append (&ci->memories, &ci->nmemories,
				   sizeof *ci->memories)
    = (struct ci_memory) { CI_MEMORY_OWN, 0, 8 * CI_PAGE };
  *(struct ci_memory *) ci_append (&ci->memories, &ci->nmemories,
				   sizeof *ci->memories)
    = (struct ci_memory) { CI_MEMORY_FILE, 77, 0 };
  *(struct ci_memory *) ci_append (&ci->memories, &ci->nmemories,
				   sizeof *ci->memories)
    = (struct ci_memory) { CI_MEMORY_PAGER, 1, CI_PAGER_PERSISTS };
  for (uint32_t i = 0; i < 2; i++)
    {
      struct ci_task *t = ci_append (&ci->tasks, &ci->ntasks, sizeof *t);
      t->id = 40 + i;
      t->pid = 2 + i;
      t->priority = 25 + i;
      t->bootstrap = 3;
      for (uint32_t j = 0; j < 5; j++)
	{
	  struct ci_region *r = ci_append (&t->regions, &t->nregions,
					   sizeof *r);
	  *r = (struct ci_region) { .start = j * 3 * CI_PAGE,
				    .end = (j * 3 + 1 + j % 3) * CI_PAGE,
				    .protection = 3, .max_protection = 7,
				    .inheritance = 1, .flags = j & 1 };
	  if (j == 2 || j == 4)
	    {
	      r->memory = j / 2;
	      r->offset = CI_PAGE;
	    }
	}
    }
  struct ci_task *t = &ci->tasks[0];
  add_right (t, 1, CI_RIGHT_SEND, 2, 4);
  add_right (t, 3, CI_RIGHT_SEND_ONCE, 1, 2);
  add_right (t, 10, CI_RIGHT_SEND | CI_RIGHT_RECEIVE, 3, 1);
  add_right (t, 12, CI_RIGHT_SET, 0, 0);
  add_right (t, 13, CI_RIGHT_DEAD, 4, 0);
  t->rights[0].dnrequest = 1;
  t = &ci->tasks[1];
  add_right (t, 4, CI_RIGHT_RECEIVE, 0, 2);
  add_right (t, 6, CI_RIGHT_SEND, 1, 7);
}

static void
add_threads (struct ci_image *ci)
{
  for (uint32_t i = 0; i < 3; i++)
    {
      struct ci_thread *t = ci_append (&ci->threads, &ci->nthreads, sizeof *t);
      t->task = i % 2;
      t->wait = i % 2;
      t->suspend_count = i;
      t->priority = 30 + i;
      for (int j = 0; j < CI_REGS_USED; j++)
	t->regs[j] = random_number ();
      t->regs[CI_GS] = 0x4b;
      t->regs[CI_FS] = t->regs[CI_ES] = t->regs[CI_DS] = t->regs[CI_SS] = 0x1f;
      t->regs[CI_CS] = 0x17;
      t->gdt[0][1] = 42;
      t->xfloat_len = i ? 600 : 0;
      t->xfloat = bytes (t->xfloat_len);
      t->patch_address = 1000 * i;
      t->timeout_address = 2000 * i;
    }
}

static void
add_messages (struct ci_image *ci)
{
  for (uint32_t i = 0; i < 3; i++)
    {
      struct ci_message *m = ci_append (&ci->messages, &ci->nmessages,
					sizeof *m);
      m->port = 1 + i % 2;
      m->type = 1 + 3 * (i & 1);
      m->reply = i ? 2 : 0;
      m->reply_type = i ? CI_RIGHT_SEND_ONCE : 0;
      m->complex = i == 2;
      m->id = 3000 + i;
      m->len = 40;
      m->body = bytes (m->len);
    }
  struct ci_message *m = &ci->messages[2];
  *(struct ci_msg_port *) ci_append (&m->ports, &m->nports,
				     sizeof *m->ports)
    = (struct ci_msg_port) { 4, 0, CI_RIGHT_SEND, false, 3 };
  *(struct ci_msg_port *) ci_append (&m->ports, &m->nports,
				     sizeof *m->ports)
    = (struct ci_msg_port) { 8, 0, CI_RIGHT_SEND_ONCE, false, 0 };
  for (uint32_t i = 0; i < 3; i++)
    *(struct ci_msg_port *) ci_append (&m->ports, &m->nports,
				       sizeof *m->ports)
      = (struct ci_msg_port) { 16, i, CI_RIGHT_RECEIVE, i == 1,
			       i == 2 ? 8 : 0 };
  *(struct ci_msg_memory *) ci_append (&m->memories, &m->nmemories,
				       sizeof *m->memories)
    = (struct ci_msg_memory) { 36, 100, bytes (100) };
}

static void
make_image (struct ci_image *ci)
{
  *ci = (struct ci_image) { .next_task_id = 50, .page_size = CI_PAGE };
  struct ci_participant *p = ci_append (&ci->participants, &ci->nparticipants,
					sizeof *p);
  p->name = strdup ("proc");
  add_ports (ci);
  add_tasks (ci);
  add_threads (ci);
  add_messages (ci);
  char **remark = ci_append (&ci->remarks, &ci->nremarks, sizeof *remark);
  *remark = strdup ("something is not as it was");
}

static void
encode (struct ckpt_blob *blob)
{
  struct ci_image ci;
  make_image (&ci);
  ci_encode (&ci, blob);
  assert_int_equal (blob->error, 0);
  ci_free (&ci);
}

static void
test_round_trip (void **state)
{
  struct ckpt_blob a = { 0 }, b = { 0 };
  struct ci_image ci;
  const char *what;
  encode (&a);
  assert_int_equal (ci_decode (a.data, a.len, &ci, &what), 0);
  assert_int_equal (ci.ntasks, 2);
  assert_int_equal (ci.tasks[0].rights[2].urefs, 3);
  assert_int_equal (ci.messages[2].memories[0].len, 100);
  ci_encode (&ci, &b);
  assert_int_equal (a.len, b.len);
  assert_memory_equal (a.data, b.data, a.len);
  ci_free (&ci);
  ckpt_blob_free (&a);
  ckpt_blob_free (&b);
}

/* A copy that ends where memory ends, so that reading on is seen.  */
static error_t
decode_copy (const uint8_t *data, size_t len)
{
  uint8_t *copy = malloc (len ? len : 1);
  struct ci_image ci;
  const char *what = NULL;
  memcpy (copy, data, len);
  error_t err = ci_decode (copy, len, &ci, &what);
  assert_non_null (what);
  if (err)
    assert_null (ci.tasks);
  ci_free (&ci);
  free (copy);
  return err;
}

static void
test_every_truncation (void **state)
{
  struct ckpt_blob a = { 0 };
  encode (&a);
  for (size_t len = 0; len < a.len; len++)
    assert_int_not_equal (decode_copy (a.data, len), 0);
  ckpt_put_u8 (&a, 0);
  assert_int_equal (decode_copy (a.data, a.len), EBADMSG);
  ckpt_blob_free (&a);
}

static void
test_every_bit (void **state)
{
  struct ckpt_blob a = { 0 };
  encode (&a);
  for (size_t i = 0; i < a.len * 8; i++)
    {
      a.data[i / 8] ^= 1 << i % 8;
      error_t err = decode_copy (a.data, a.len);
      if (i < 8 * 8)
	assert_int_equal (err, EBADMSG);
      else if (i < 12 * 8)
	assert_int_equal (err, ENOTSUP);
      a.data[i / 8] ^= 1 << i % 8;
    }
  ckpt_blob_free (&a);
}

static void
test_random_damage (void **state)
{
  struct ckpt_blob a = { 0 };
  encode (&a);
  uint8_t *copy = malloc (a.len);
  for (int i = 0; i < 20000; i++)
    {
      memcpy (copy, a.data, a.len);
      for (uint32_t n = 1 + random_number () % 8; n; n--)
	{
	  size_t at = random_number () % a.len;
	  uint32_t kind = random_number () % 4;
	  copy[at] = kind == 0 ? 0 : kind == 1 ? 0xff : random_number ();
	}
      decode_copy (copy, a.len);
    }
  free (copy);
  ckpt_blob_free (&a);
}

/* What is damaged so that it reads well is found by the checks.  */
static void
refused (void (*damage) (struct ci_image *))
{
  struct ckpt_blob a = { 0 };
  struct ci_image ci;
  make_image (&ci);
  damage (&ci);
  ci_encode (&ci, &a);
  assert_int_equal (decode_copy (a.data, a.len), EBADMSG);
  ci_free (&ci);
  ckpt_blob_free (&a);
}

#define DAMAGE(name, statement) \
  static void name (struct ci_image *ci) { statement; }
DAMAGE (page_size, ci->page_size = 8192)
DAMAGE (same_id, ci->tasks[1].id = ci->tasks[0].id)
DAMAGE (future_id, ci->tasks[1].id = ci->next_task_id)
DAMAGE (overlap, ci->tasks[0].regions[1].start = 0)
DAMAGE (unaligned, ci->tasks[0].regions[1].start++)
DAMAGE (kernel_space, ci->tasks[0].regions[4].end = CI_ADDRESS_MAX + CI_PAGE)
DAMAGE (more_than_max, ci->tasks[0].regions[1].max_protection = 1)
DAMAGE (name_order, ci->tasks[0].rights[1].name = 1)
DAMAGE (null_name, ci->tasks[0].rights[0].name = 0)
DAMAGE (no_port, ci->tasks[0].rights[0].port = 0)
DAMAGE (far_port, ci->tasks[0].rights[0].port = 99)
DAMAGE (not_receiver, ci->tasks[1].rights[0].port = 1)
DAMAGE (no_receiver, ci->tasks[1].rights[0].type = CI_RIGHT_SEND)
DAMAGE (wrong_set, ci->ports[0].set = 13)
DAMAGE (queue_limit, ci->ports[0].qlimit = 17)
DAMAGE (far_thread, ci->threads[0].task = 2)
DAMAGE (kernel_code, ci->threads[0].regs[CI_CS] = 8)
DAMAGE (kernel_data, ci->threads[0].regs[CI_GS] = 0x10)
DAMAGE (short_float, ci->threads[1].xfloat_len = 100)
DAMAGE (message_port, ci->messages[0].port = 3)
DAMAGE (message_offset, ci->messages[2].ports[1].offset = 40)
DAMAGE (message_order, ci->messages[2].ports[1].offset = 4)

static void
test_checks (void **state)
{
  static void (*const damages[]) (struct ci_image *) =
  {
    page_size, same_id, future_id, overlap, unaligned, kernel_space,
    more_than_max, name_order, null_name, no_port, far_port, not_receiver,
    no_receiver, wrong_set, queue_limit, far_thread, kernel_code, kernel_data,
    short_float, message_port, message_offset, message_order,
  };
  for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
    refused (damages[i]);
}

static void
test_strings (void **state)
{
  struct ckpt_blob b = { 0 };
  ckpt_put_string (&b, "abc");
  ckpt_put_string (&b, NULL);
  ckpt_put_bytes (&b, "a\0b", 4);
  struct ckpt_reader r = { .data = b.data, .len = b.len };
  assert_string_equal (ckpt_get_string (&r), "abc");
  assert_string_equal (ckpt_get_string (&r), "");
  assert_int_equal (r.error, 0);
  assert_string_equal (ckpt_get_string (&r), "");
  assert_int_equal (r.error, EBADMSG);
  assert_int_equal (ckpt_get_u64 (&r), 0);
  ckpt_blob_free (&b);
}

int
main (void)
{
  const struct CMUnitTest tests[] =
  {
    cmocka_unit_test (test_round_trip),
    cmocka_unit_test (test_every_truncation),
    cmocka_unit_test (test_every_bit),
    cmocka_unit_test (test_random_damage),
    cmocka_unit_test (test_checks),
    cmocka_unit_test (test_strings),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
