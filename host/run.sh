# SPDX-License-Identifier: GPL-3.0-or-later
# The verbs that start a machine: run, shell, demo, cc, image, clean.

boot_module='ext2fs --host-priv-port=${host-port} --device-master-port=${device-port} --kernel-command-line=${kernel-command-line} hd0 $(task-create) $(task-resume)'

# quote WORD…: print the words so that a shell reads them back.
quote ()
{
  local w
  for w; do
    printf "'%s' " "$(printf '%s' "$w" | sed "s/'/'\\\\''/g")"
  done
}

# put_file IMAGE HOSTFILE GUESTPATH [MODE]: copy a file into a root image.
put_file ()
{
  local mode=${4-}
  [ -r "$2" ] || die "$2 cannot be read"
  # What the journal holds after a kill must not come over what is written here.
  if dumpe2fs -h "$1" 2> /dev/null | grep -q needs_recovery; then
    PATH=$PATH:/sbin:/usr/sbin e2fsck -p -E journal_only "$1" > /dev/null 2>&1
  fi
  [ -n "$mode" ] || { if [ -x "$2" ]; then mode=0100755; else mode=0100644; fi; }
  local d=${3%/*} made=
  # mkdir of what is there would leave a stray inode.
  while [ -n "$d" ] && ! debugfs -R "stat $d" "$1" 2>/dev/null | grep -q 'Type: directory'; do
    made="mkdir $d
$made"
    d=${d%/*}
  done
  printf '%s\nrm %s\nwrite %s %s\nsif %s mode %s\nsif %s uid 0\nsif %s gid 0\n' \
	 "$made" "$3" "$2" "$3" "$3" "$mode" "$3" "$3" \
    | debugfs -w -f - "$1" > "$1.debugfs" 2>&1
  debugfs -R "stat $3" "$1" 2>/dev/null | grep -q 'Type: regular' \
    || die "$2 cannot be put into the root image (see $1.debugfs)"
}

# put_tree IMAGE HOSTDIR GUESTDIR: copy a folder into a root image.
put_tree ()
{
  local from=$2 to=$3 d= part
  ( # The folders above it; mkdir of one that is there says so and does nothing.
    IFS=/
    for part in ${to%/*}; do
      [ -n "$part" ] || continue
      d=$d/$part
      debugfs -R "stat $d" "$1" 2>/dev/null | grep -q 'Type: directory' || echo "mkdir $d"
    done
    cd "$from" && find . -printf '%y %m %P\t%l\n' | sort -k 3 \
      | awk -F '\t' -v from="$PWD" -v to="$to" '
	  { split ($1, a, " "); kind = a[1]; mode = a[2]
	    name = substr ($1, length (kind " " mode " ") + 1)
	    path = "\"" to (name == "" ? "" : "/" name) "\""
	    if (kind == "d") { print "mkdir " path; print "sif " path " mode 040" mode }
	    else if (kind == "l") print "symlink " path " \"" $2 "\""
	    else if (kind == "f") { print "write \"" from "/" name "\" " path
				    print "sif " path " mode 0100" mode } }'
  ) | debugfs -w -f - "$1" > "$1.debugfs" 2>&1
  debugfs -R "stat $to" "$1" 2>/dev/null | grep -q 'Type: directory' \
    || die "$from cannot be put into the root image (see $1.debugfs)"
}

# get_file IMAGE GUESTPATH HOSTFILE
get_file ()
{
  rm -f "$3"
  debugfs -R "dump $2 $3" "$1" > /dev/null 2>&1
  [ -e "$3" ] || die "$2 is not in the root image"
}

# make_disks DIR: fresh copies of the root and of an empty store.
make_disks ()
{
  mkdir -p "$1" || die "$1 cannot be created"
  if [ ! -e "$1/root.img" ]; then
    cp --sparse=always --reflink=auto "$image" "$1/root.img.new" 2> /dev/null \
      && mv "$1/root.img.new" "$1/root.img" \
      || { rm -f "$1/root.img.new"; die "the disk is full: $1/root.img cannot be made"; }
  fi
  [ -e "$1/store.img" ] || truncate -s 512M "$1/store.img" \
    || die "$1/store.img cannot be made"
}

# What `run --option' adds to root-proxy's.
proxy_options=

# write_job FILE GROUND INTERVAL CONTROL BEFORE AFTER COMMAND…: what /etc/rc runs.
write_job ()
{
  local file=$1 ground=$2 interval=$3 control=$4 before=$5 after=$6
  shift 6
  {
    echo '#!/bin/sh'
    # A program inside can tell by it that the machine was started anew.
    echo 'date +%s%N > /etc/perdure/booted'
    [ -z "$before" ] || printf 'if [ ! -e /etc/perdure/begun ]; then\n: > /etc/perdure/begun\n%s\nfi\n' "$before"
    if [ "$ground" = yes ]; then
      echo "/sbin/perdure-frame $(quote "$@")"
    else
      cat <<EOT
# The first boot makes the subtree; any later one finds it and its checkpoints.
root=/persist
if [ -z "\$(showtrans \$root)" ]; then
  settrans -pc \$root /hurd/root-proxy --store=/dev/hd1 --format --interval=$interval${control:+ --control=$control}$proxy_options
fi
ckpt status > /dev/null
ckpt run --once --frames --detach -- $(quote "$@")
ckpt wait
ckpt stats
EOT
    fi
    [ -z "$after" ] || printf '%s\n' "$after"
    echo halt
  } > "$file" || die "the disk is full: $file cannot be written"
}

# runner ARGUMENT…: become the runner, for a boot on the disks in $disks.
runner ()
{
  exec "$build/host/host/runner/perdure-runner" --kernel "$kernel" \
    --append "console=com0 root=device:hd0" --initrd "$build/guest/minihurd/ext2fs/${boot_module}" \
    --disk "$disks/root.img" --disk "$disks/store.img" "$@"
}

# run_machine ARGUMENT…: run the runner to its end.  A signal that ends this
# script ends the machine, too.
run_machine ()
{
  local pid
  runner "$@" <&0 &
  pid=$!
  trap "kill $pid 2>/dev/null; wait $pid 2>/dev/null; exit 130" INT TERM HUP
  wait $pid
}

verb_run ()
{
  local ground=no interval=1 control= before= after= keep= timeout=600 status
  disks=
  local adds=() gets=() args=() pair
  while [ $# -gt 0 ]; do
    case $1 in
      --ground) ground=yes;;
      --add) adds+=("${2-}"); shift;;
      --get) gets+=("${2-}"); shift;;
      --kill-at | --kill-writing | --kill-mark | --kill-after) args+=("$1" "${2-}"); shift;;
      --before) before=${2-}; shift;;
      --after) after=${2-}; shift;;
      --interval) interval=${2-}; shift;;
      --timeout) timeout=${2-}; shift;;
      --disks) disks=${2-}; shift;;
      --control) control=${2-}; shift;;
      --option) proxy_options="$proxy_options $(quote "${2-}")"; shift;;
      --log-writes) : > "${2-}" || die "${2-} cannot be written"; args+=("$1" "$2"); shift;;
      --log | --report | --qemu-arg | --memory) args+=("$1" "${2-}"); shift;;
      --echo | --echo-events) args+=("$1");;
      --) shift; break;;
      -*) die "run: unknown option $1";;
      *) break;;
    esac
    shift
  done
  [ $# -gt 0 ] || die "run: no command is given"
  for pair in "${adds[@]}" "${gets[@]}"; do
    case $pair in ?*:?*) ;; *) die "run: $pair is not FILE:FILE";; esac
  done
  setup_all
  if [ -n "$disks" ]; then
    keep=yes
  else
    disks=$(mktemp -d "$build/run.XXXXXX") || die "$build: no room for the run's disks"
    trap 'rm -rf "$disks"' EXIT
  fi
  make_disks "$disks"
  write_job "$disks/job" "$ground" "$interval" "$control" "$before" "$after" "$@"
  chmod +x "$disks/job"
  put_file "$disks/root.img" "$disks/job" /etc/perdure/job
  for pair in "${adds[@]}"; do
    if [ -d "${pair%%:*}" ]; then
      put_tree "$disks/root.img" "${pair%%:*}" "${pair#*:}"
    else
      put_file "$disks/root.img" "${pair%%:*}" "${pair#*:}"
    fi
  done
  # Another runner goes on showing what this command writes, until it is done.
  if [ "$ground" = no ] && [ -n "$keep" ]; then
    if [ "$(quote "$@")" != "$(cat "$disks/command" 2> /dev/null)" ]; then
      rm -f "$disks/shown.1" "$disks/shown.2"
      quote "$@" > "$disks/command"
    fi
    args+=(--shown "$disks/shown")
  fi
  run_machine --timeout "$timeout" "${args[@]}"
  status=$?
  for pair in "${gets[@]}"; do
    get_file "$disks/root.img" "${pair%%:*}" "${pair#*:}"
  done
  return $status
}

# write_shell_job FILE STORE: what /etc/rc runs for a shell in the environment.
# It is started once, on a terminal inside, and lives on in any later boot from
# the same disks.
write_shell_job ()
{
  cat > "$1" <<EOT || die "the disk is full: $1 cannot be written"
#!/bin/sh
[ -n "\$(showtrans /persist)" ] ||
  settrans -pc /persist /hurd/root-proxy --store=$2 --format --interval=1
ckpt attach --once -- /bin/sh -i
halt
EOT
  chmod +x "$1"
}

# An interactive shell: the serial line is the terminal.
verb_shell ()
{
  local ground=no
  disks=
  while [ $# -gt 0 ]; do
    case $1 in
      --ground) ground=yes;;
      --disks) disks=${2-}; shift;;
      *) die "shell: unknown option or argument $1";;
    esac
    shift
  done
  setup_all
  if [ -z "$disks" ]; then
    disks=$(mktemp -d "$build/shell.XXXXXX") || die "$build: no room for the shell's disks"
    trap 'rm -rf "$disks"' EXIT
  fi
  make_disks "$disks"
  if [ "$ground" = no ]; then
    write_shell_job "$disks/job" /dev/hd1
    put_file "$disks/root.img" "$disks/job" /etc/perdure/job
  else
    debugfs -w -R "rm /etc/perdure/job" "$disks/root.img" > /dev/null 2>&1
  fi
  say "booting; leave with \`exit' or Ctrl-A X"
  ( runner --interactive )
}

verb_cc ()
{
  [ -n "${PERDURE_READY-}" ] || setup_packages
  setup_cross
  # <ckpt.h> and -lckpt, once they are built.
  exec "$cross/bin/i686-gnu-gcc" -idirafter "$top/checkpointd/client" "$@" -L"$build/guest"
}

verb_clean ()
{
  rm -rf "$build"
}
