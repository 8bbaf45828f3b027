# SPDX-License-Identifier: GPL-3.0-or-later
# The verb `demo': the main job, to be watched.

verb_demo ()
{
  local w=$build/demo status
  # On a fresh machine the demo does not wait for programs that it does not run.
  essential=yes
  setup_all
  mkdir -p "$w"
  awk -v size=1200000 -v seed=1 -f "$top/tests/survivor/text.awk" > "$w/text"
  cat <<'EOT'

A Lua program reads a text line by line, computes, appends a line per block to
a file on the ground, and prints its process id.  The machine is killed twice
meanwhile (SIGKILL to QEMU), booted again on the same disks, and nobody asks for
anything: the program goes on from its last checkpoint.

EOT
  verb_run --echo-events --interval 1 --timeout 600 --kill-at 8 --kill-at 16 \
    --add "$w/text:/home/text" --add "$top/tests/survivor/words.lua:/home/words.lua" \
    --get "/home/result:$w/result" --log "$w/serial" --report "$w/report" \
    -- lua /home/words.lua /home/text /home/result 1000 20
  status=$?
  [ $status = 0 ] || return $status
  echo
  echo "The result file on the ground, each line once:"
  sed -n '1,3p' "$w/result"
  echo "... ($(wc -l < "$w/result") lines)"
  awk '$1 == "kills" { k = $2 } $1 == "restores" { r = $2 } $1 == "checkpoints" { c = $2 }
       END { printf "The machine was killed %d times, the program restored %d times; %d checkpoints.\n", k, r, c }' "$w/report"
}
