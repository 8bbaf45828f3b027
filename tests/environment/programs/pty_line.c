/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal with half a line typed, and its settings.  */

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "../env.h"

PROGRAM (pty_line)
{
  char name[32], text[100] = "";
  int master = -1, slave;
  struct termios t, now;
  struct winsize size = { .ws_row = 33, .ws_col = 101 };
  for (int i = 8; i < 16 && master < 0; i++)
    {
      snprintf (name, sizeof name, "/dev/ptyp%x", i);
      master = open (name, O_RDWR | O_NONBLOCK);
    }
  CHECK (master >= 0, "%s", strerror (errno));
  name[5] = 't';
  slave = SYS (open (name, O_RDWR | O_NOCTTY));
  SYS (tcgetattr (slave, &t));
  t.c_cc[VERASE] = '#';
  t.c_lflag |= ICANON;
  t.c_lflag &= ~ECHO;
  SYS (tcsetattr (slave, TCSANOW, &t));
  SYS (ioctl (slave, TIOCSWINSZ, &size));
  CHECK (write (master, "a whole line\nhalf a lx", 22) == 22, "%s",
	 strerror (errno));
  env_wait ();
  SYS (tcgetattr (slave, &now));
  CHECK (now.c_cc[VERASE] == '#' && now.c_lflag == t.c_lflag
	 && now.c_iflag == t.c_iflag && now.c_oflag == t.c_oflag, "settings");
  memset (&size, 0, sizeof size);
  SYS (ioctl (master, TIOCGWINSZ, &size));
  CHECK (size.ws_row == 33 && size.ws_col == 101, "%d %d", size.ws_row,
	 size.ws_col);
  CHECK (read (slave, text, sizeof text) == 13
	 && strncmp (text, "a whole line\n", 13) == 0, "%s", text);
  CHECK (write (master, "#ine\n", 5) == 5, "%s", strerror (errno));
  memset (text, 0, sizeof text);
  CHECK (read (slave, text, sizeof text) == 12
	 && strcmp (text, "half a line\n") == 0, "%s", text);
}
