/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names of hosts, services and protocols come from their files in /etc.  */

#include "../test.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

int
main (void)
{
  struct hostent *h = gethostbyname ("localhost");
  CHECK (h && h->h_addrtype == AF_INET && strcmp (inet_ntoa (*(struct in_addr *) h->h_addr), "127.0.0.1") == 0);
  struct servent *s = getservbyname ("http", "tcp");
  CHECK (s && ntohs (s->s_port) == 80);
  s = getservbyport (htons (22), "tcp");
  CHECK (s && strcmp (s->s_name, "ssh") == 0);
  struct protoent *p = getprotobyname ("udp");
  CHECK (p && p->p_proto == 17);
  struct addrinfo *ai = NULL, hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
  CHECK (getaddrinfo ("localhost", "https", &hints, &ai) == 0 && ai
	 && ntohs (((struct sockaddr_in *) ai->ai_addr)->sin_port) == 443);
  CHECK (getaddrinfo ("no.such.host", NULL, &hints, &ai) != 0);
  return verdict ();
}
