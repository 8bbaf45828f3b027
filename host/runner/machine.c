/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QEMU as a child process.  */

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "runner.h"

double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Build M's argument vector in ARGV (of ROOM).  */
static void
arguments (const struct machine *m, const char **argv, size_t room)
{
  static char drives[4][8400];
  size_t n = 0;
  const char *fixed[] = {
    m->qemu, "-m", m->memory, "-display", "none", "-nic", "none",
    "-no-reboot", "-device", "isa-debug-exit,iobase=0x501,iosize=4" };
  const char *lines[] = {
    "-serial", m->interactive ? "mon:stdio" : "stdio", "-monitor", "none" };
  const char *boot[] = {
    "-kernel", m->kernel, "-append", m->append, "-initrd", m->initrd };

  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    argv[n++] = fixed[i];
  /* Who asks for mon:stdio has the monitor there.  */
  for (size_t i = 0; i < (m->interactive ? 2 : 4); i++)
    argv[n++] = lines[i];
  for (size_t i = 0; m->kernel && i < sizeof boot / sizeof *boot; i++)
    argv[n++] = boot[i];
  for (int i = 0; i < m->ndisks; i++)
    {
      if (i == 1 && m->write_log)
	snprintf (drives[i], sizeof drives[i],
		  "driver=blklogwrites,file.driver=raw,file.file.driver=file,"
		  "file.file.filename=%s,log.driver=raw,log.file.driver=file,"
		  "log.file.filename=%s,if=ide,index=%d,cache=writethrough",
		  m->disks[i], m->write_log, i);
      else
	snprintf (drives[i], sizeof drives[i],
		  "file=%s,format=raw,if=ide,index=%d,cache=writethrough",
		  m->disks[i], i);
      argv[n++] = "-drive";
      argv[n++] = drives[i];
    }
  for (int i = 0; i < m->nextra && n < room - 1; i++)
    argv[n++] = m->extra[i];
  argv[n] = NULL;
}

/* Become QEMU.  What keeps it from starting is said on standard error.  */
static void __attribute__ ((noreturn))
become (const struct machine *m)
{
  const char *argv[64];

  arguments (m, argv, sizeof argv / sizeof *argv);
  execvp (m->qemu, (char **) argv);
  dprintf (2, "%s: %s\n", m->qemu, strerror (errno));
  _exit (127);
}

error_t
machine_start (struct machine *m, pid_t *pid, int *fd)
{
  int out[2];
  error_t err;

  if (m->errors == NULL)
    m->errors = tmpfile ();
  if (m->errors == NULL || ftruncate (fileno (m->errors), 0) < 0)
    return errno;
  rewind (m->errors);
  if (pipe2 (out, O_CLOEXEC) < 0)
    return errno;
  *pid = fork ();
  if (*pid < 0)
    {
      err = errno;
      close (out[0]);
      close (out[1]);
      return err;
    }
  if (*pid == 0)
    {
      /* The machine must not outlive the runner.  */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      int null = open ("/dev/null", O_RDONLY);
      dup2 (null, 0);
      dup2 (out[1], 1);
      dup2 (fileno (m->errors), 2);
      become (m);
    }
  close (out[1]);
  *fd = out[0];
  return 0;
}

void
machine_interact (const struct machine *m)
{
  become (m);
}

bool
machine_complaint (struct machine *m, char *line, size_t size)
{
  if (m->errors == NULL)
    return false;
  rewind (m->errors);
  while (fgets (line, size, m->errors) != NULL)
    {
      line[strcspn (line, "\n")] = '\0';
      /* Said whenever GNU Mach is booted.  */
      if (strstr (line, "multiboot knows VBE") == NULL)
	return true;
    }
  return false;
}

const char *
machine_full_disk (const struct machine *m)
{
  struct statvfs fs;

  for (int i = 0; i < m->ndisks; i++)
    if (statvfs (m->disks[i], &fs) == 0 && fs.f_bavail * fs.f_frsize < 65536)
      return m->disks[i];
  return NULL;
}

void
machine_kill (pid_t pid)
{
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    continue;
}
