# SPDX-License-Identifier: GPL-3.0-or-later
# Translators on nodes: those that programs inside have set run inside, those of the
# ground run there.  `translators.sh first' with a kill after `mark'; `translators.sh
# fresh' is for an environment that begins anew on the same ground.

cd /home || exit 1
bad=0
must () { what=$1; shift; "$@" || { echo "$what"; bad=$((bad + 1)); }; }
equal () { [ "$1" = "$2" ] || { echo "not $2: $1"; false; }; }
zeros () { equal "$(head -c 3 "$1" | od -An -tx1)" ' 00 00 00'; }
# Is a program with the arguments $* running inside?
runs () { ps -ef | grep -q " $*\$"; }

# NODE has RECORD, which runs inside, and can be taken away.
mine () # NODE RECORD
{
  must "$1 record" equal "$(showtrans "$1")" "$2"
  must "$1 contents" zeros "$1"
  must "$1 inside" runs "$2"
  must "$1 away" settrans -g "$1"
  must "$1 plain" equal "$(cat "$1")" plain
  must "$1 gone" rm "$1"
}

# The ground's: it can be used, asked what it is, and does not run inside.
grounds ()
{
  must "ground record" equal "$(showtrans ground)" '/hurd/null --zero --full'
  must "ground contents" zeros ground
  must "ground inside" eval '! runs /hurd/null --zero --full'
}

case $1 in
  first)
    for i in 1 2 3 4 5; do
      echo plain > node
      must "set $i" settrans node /hurd/null --zero
      [ $i = 1 ] || sleep 0.$((i * 2))
      mine node '/hurd/null --zero'
    done
    grounds
    z=
    for name in used passive replaced moved fresh; do
      z="$z -z"
      echo plain > $name
      must "set $name" settrans $name /hurd/null$z
    done
    must "used" zeros used
    exec 3< used
    boot=$(cat /etc/perdure/booted)
    sleep 1
    mv moved moved.here
    echo 'mark 1'
    while [ "$(cat /etc/perdure/booted)" = "$boot" ]; do sleep 0.2; done
    must "open" equal "$(head -c 2 <&3 | od -An -tx1)" ' 00 00'
    exec 3<&-
    mine used '/hurd/null -z'
    mine passive '/hurd/null -z -z'
    mine moved.here '/hurd/null -z -z -z -z'
    must "replaced record" equal "$(showtrans replaced)" '/hurd/null --full --zero'
    must "replaced inside" eval 'head -c 1 replaced > /dev/null; ! runs /hurd/null --full --zero'
    grounds
    sleep 1;;
  fresh)
    mine fresh '/hurd/null -z -z -z -z -z'
    grounds;;
esac
echo "bad $bad"
