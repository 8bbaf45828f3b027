# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, at each boot before the environment is there; and inside.

cd /home || exit 1
names="kept changed renamed deleted replaced"
if [ "$1" = ground ]; then
  if [ ! -e kept ]; then
    for name in $names; do echo $name > $name; done
  else
    echo 'changed by the ground' > changed
    mv renamed renamed.now
    rm deleted
    echo 'another one' > replaced.new
    mv replaced.new replaced
  fi
  # To be called at the next boot, too.
  rm -f /etc/perdure/begun
  sync
else
  boot=$(cat /etc/perdure/booted)
  exec 3< kept 4< changed 5< renamed 6< deleted 7< replaced
  echo 'mark 1'
  while [ "$(cat /etc/perdure/booted)" = "$boot" ]; do sleep 0.2; done
  fd=3
  for name in $names; do
    echo "$name: $(cat <&$fd 2>&1)"
    [ $name != renamed ] || echo "renamed, found: $(cat renamed.now)"
    fd=$((fd + 1))
  done
  for name in $names; do
    echo "ground $name: $(cat $name 2> /dev/null)"
    [ ! -e $name.theirs ] || echo "theirs: $(cat $name.theirs)"
  done
fi
