/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A load of files without end: what is closed and synced is told (`synced NAME
   LENGTH'), so that it can be looked for after the machine was killed.  Besides,
   directories move, files come and go.

   usage: load DIRECTORY SEED  */

#include "test.h"

enum { MOVING = 6 };
static char where[MOVING][64];	/* Where each moving directory is.  */

/* The byte at I of the file number N.  */
static char
byte (int n, int i)
{
  return 'a' + (n * 7 + i / 13) % 26;
}

static void
keep (int n)
{
  static char block[60000];
  char name[40];
  int len = rand () % (rand () % 4 ? 5000 : sizeof block);

  for (int i = 0; i < len; i++)
    block[i] = byte (n, i);
  sprintf (name, "keep/%d", n);
  int fd = open (name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write (fd, block, len) != len || fsync (fd) || close (fd))
    {
      printf ("%s: %s\n", name, strerror (errno));
      exit (1);
    }
  printf ("synced %d %d\n", n, len);
  fflush (stdout);
}

/* Move a directory into another one, or to the top.  */
static void
move (int n)
{
  char to[64];
  int into = rand () % (MOVING + 1);

  if (into == MOVING)
    sprintf (to, "m%d", n);
  else
    {
      /* Not below itself, and not deeper than two.  */
      if (into == n || strchr (where[into], '/'))
	return;
      for (int i = 0; i < MOVING; i++)
	if (strncmp (where[i], where[n], strlen (where[n])) == 0 && where[i][strlen (where[n])] == '/')
	  return;
      sprintf (to, "%s/m%d", where[into], n);
    }
  if (rename (where[n], to) == 0)
    strcpy (where[n], to);
}

static void
churn (int n)
{
  char name[80], other[90];

  sprintf (name, "%s/c%d", where[rand () % MOVING], rand () % 40);
  sprintf (other, "%s.x", name);
  switch (rand () % 4)
    {
    case 0: unlink (name); break;
    case 1: rename (name, other); break;
    case 2: if (link (name, other)) unlink (other); break;
    default: put (name, "some contents that are of no importance");
    }
}

int
main (int argc, char **argv)
{
  if (argc != 3 || mkdir (argv[1], 0755) || chdir (argv[1]) || mkdir ("keep", 0755))
    return 1;
  srand (atoi (argv[2]));
  for (int i = 0; i < MOVING; i++)
    {
      sprintf (where[i], "m%d", i);
      mkdir (where[i], 0755);
    }
  for (int n = 0;; n++)
    {
      for (int i = 0; i < 10; i++)
	churn (n);
      for (int i = 0; i < 4; i++)
	move (rand () % MOVING);
      keep (n);
    }
}
