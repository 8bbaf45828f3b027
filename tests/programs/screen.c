/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdlib.h>
#include <string.h>
#include "screen.h"

static char _cells[ROWS][COLUMNS + 1];
static int _row, _column, _top, _bottom = ROWS - 1, _saved_row, _saved_column;
static char _sequence[64];	/* An escape sequence that is not complete.  */
static size_t _length;

static void
_clear (int row, int from, int to)
{
  for (int c = from; c < to; c++)
    _cells[row][c] = ' ';
}

void
screen_reset (void)
{
  for (int r = 0; r < ROWS; r++)
    _clear (r, 0, COLUMNS);
  _row = _column = _top = 0;
  _bottom = ROWS - 1;
}

/* Move the rows FIRST to LAST up by one, or down.  */
static void
_scroll (int first, int last, bool up)
{
  if (up)
    memmove (_cells[first], _cells[first + 1], (last - first) * sizeof *_cells);
  else
    memmove (_cells[first + 1], _cells[first], (last - first) * sizeof *_cells);
  _clear (up ? last : first, 0, COLUMNS);
}

static void
_down (void)
{
  if (_row == _bottom)
    _scroll (_top, _bottom, true);
  else if (_row < ROWS - 1)
    _row++;
}

static void
_up (void)
{
  if (_row == _top)
    _scroll (_top, _bottom, false);
  else if (_row > 0)
    _row--;
}

static int
_within (int n, int low, int high)
{
  return n < low ? low : n > high ? high : n;
}

static void
_erase_display (int how)
{
  if (how == 0)
    _clear (_row, _column, COLUMNS);
  else if (how == 1)
    _clear (_row, 0, _within (_column + 1, 0, COLUMNS));
  for (int r = 0; r < ROWS; r++)
    if (how == 2 || (how == 0 && r > _row) || (how == 1 && r < _row))
      _clear (r, 0, COLUMNS);
}

static void
_erase_line (int how)
{
  _clear (_row, how == 0 ? _column : 0,
	  how == 1 ? _within (_column + 1, 0, COLUMNS) : COLUMNS);
}

/* A complete `ESC [ parameters FINAL'.  */
static void
_control (const char *parameters, char final)
{
  char *end;
  long a = strtol (parameters, &end, 10), b = *end == ';' ? atol (end + 1) : 0;
  int n = a > 0 ? a : 1;

  switch (final)
    {
    case 'H': case 'f':
      _row = _within (n - 1, 0, ROWS - 1);
      _column = _within (b - 1, 0, COLUMNS - 1);
      break;
    case 'A': _row = _within (_row - n, 0, ROWS - 1); break;
    case 'B': _row = _within (_row + n, 0, ROWS - 1); break;
    case 'C': _column = _within (_column + n, 0, COLUMNS - 1); break;
    case 'D': _column = _within (_column - n, 0, COLUMNS - 1); break;
    case 'G': _column = _within (n - 1, 0, COLUMNS - 1); break;
    case 'd': _row = _within (n - 1, 0, ROWS - 1); break;
    case 'J': _erase_display (a); break;
    case 'K': _erase_line (a); break;
    case 'L': case 'M':
      while (n-- > 0 && _row <= _bottom)
	_scroll (_row, _bottom, final == 'M');
      break;
    case 'r':
      _top = _within (n - 1, 0, ROWS - 1);
      _bottom = b > 0 ? _within (b - 1, _top, ROWS - 1) : ROWS - 1;
      _row = _column = 0;
      break;
    }
}

/* A character after ESC.  Returns whether the sequence is complete.  */
static bool
_escape (void)
{
  char last = _sequence[_length - 1];

  if (_length == 1)
    return false;
  if (_sequence[1] == '[')
    {
      if (_length == 2 || last < '@' || last > '~')
	return false;
      _sequence[_length - 1] = '\0';
      _control (_sequence + 2, last);
      return true;
    }
  if (strchr ("()*+#", _sequence[1]) != NULL)
    return _length == 3;
  if (_sequence[1] == ']')
    return last == '\a';
  switch (_sequence[1])
    {
    case 'M': _up (); break;
    case 'D': _down (); break;
    case 'E': _down (); _column = 0; break;
    case '7': _saved_row = _row; _saved_column = _column; break;
    case '8': _row = _saved_row; _column = _saved_column; break;
    case 'c': screen_reset (); break;
    }
  return true;
}

static void
_character (char c)
{
  switch (c)
    {
    case '\r': _column = 0; break;
    case '\n': case '\v': case '\f': _down (); break;
    case '\b': _column = _within (_column - 1, 0, COLUMNS - 1); break;
    case '\t': _column = _within ((_column | 7) + 1, 0, COLUMNS - 1); break;
    default:
      if ((unsigned char) c < ' ' || c == 0x7f)
	break;
      if (_column == COLUMNS)
	{
	  _column = 0;
	  _down ();
	}
      _cells[_row][_column++] = c;
    }
}

void
screen_put (const char *data, size_t length)
{
  for (; length > 0; data++, length--)
    if (_length > 0 || *data == '\033')
      {
	_sequence[_length++] = *data;
	if (_escape () || _length == sizeof _sequence)
	  _length = 0;
      }
    else
      _character (*data);
}

const char *
screen_row (int row)
{
  static char text[COLUMNS + 1];
  int n = COLUMNS;

  memcpy (text, _cells[row], COLUMNS);
  while (n > 0 && text[n - 1] == ' ')
    n--;
  text[n] = '\0';
  return text;
}

bool
screen_shows (const char *text)
{
  for (int r = 0; r < ROWS; r++)
    if (strstr (screen_row (r), text) != NULL)
      return true;
  return false;
}
