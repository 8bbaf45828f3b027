# SPDX-License-Identifier: GPL-3.0-or-later
# Access to Debian's archive beside the host's own package state.  To be
# sourced by a script that has set `work', a directory for what is fetched,
# and defined `die'.

# archive_mirror: print the URI of the archive's mirror and of the keyring that
# signs it, as the host's apt is configured for Debian's main archive.
archive_mirror ()
{
  apt-get indextargets --format '$(SITE) $(REPO_URI) $(SIGNED_BY)' \
		       'Created-By: Packages' 2>/dev/null \
    | awk '$2 !~ /security/ && $2 ~ /debian\/?$/ { print $2, $3; exit }'
}

# archive_setup SUITE...: make a private apt state for SUITEs.
archive_setup ()
{
  local uri key by= s
  set -- "$@"
  read -r uri key <<EOT
$(archive_mirror)
EOT
  [ -n "$uri" ] || die "apt knows no mirror of Debian's archive: run apt-get update"
  [ -f "$key" ] || key=/usr/share/keyrings/debian-archive-keyring.gpg
  [ ! -f "$key" ] || by=" signed-by=$key"
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  : > "$work/apt/sources.list"
  for s; do
    echo "deb [arch=amd64,i386$by] $uri $s main"
    echo "deb-src [${by# }] $uri $s main"
  done | sed 's/ \[\]//' > "$work/apt/sources.list"
  apt_options="-oDir::State::Lists=$work/apt/lists
    -oDir::Etc::SourceList=$work/apt/sources.list -oDir::Etc::SourceParts=-
    -oDir::Cache=$work/apt/cache -oAPT::Architectures::=amd64
    -oAPT::Architectures::=i386 -oAPT::Sandbox::User=root"
  apt-get $apt_options -qq update > "$work/apt/update.log" 2>&1 \
    || die "the archive cannot be reached (see $work/apt/update.log)"
}

# archive_deb PACKAGE ARCH VERSION: fetch a binary package into $work/debs and
# print its file name.
archive_deb ()
{
  local spec=$1
  [ "$2" = all ] || spec=$1:$2
  mkdir -p "$work/debs"
  ( cd "$work/debs"
    rm -f "$1"_*.deb
    apt-get $apt_options -qq download "$spec=$3" > ../apt/download.log 2>&1 \
      || { echo "warning: $1 $3 is no longer in the archive; taking what is" >&2
	   apt-get $apt_options -qq download "$spec" >> ../apt/download.log 2>&1; }
  ) || die "package $1 cannot be fetched (see $work/apt/download.log)"
  echo "$work/debs/$1"_*.deb
}

# archive_source PACKAGE VERSION: fetch and unpack a source package (with its
# Debian patches) below $work/src; print the directory.
archive_source ()
{
  mkdir -p "$work/src"
  ( cd "$work/src"
    apt-get $apt_options -qq source "$1=$2" > "../apt/source-$1.log" 2>&1 \
      || { echo "warning: source $1 $2 is no longer in the archive; taking what is" >&2
	   apt-get $apt_options -qq source "$1" >> "../apt/source-$1.log" 2>&1; }
  ) || die "source package $1 cannot be fetched (see $work/apt/source-$1.log)"
  find "$work/src" -mindepth 1 -maxdepth 1 -type d -name "$1*" | sort | tail -n 1
}
