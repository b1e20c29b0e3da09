#!/bin/sh
# Installs falco-lake as a systemd service, from a release archive or from the repository, without
# network. POSIX sh and coreutils; `install.sh --help` says how.
set -eu
umask 022

usage() {
  cat <<'HELP'
Usage: install.sh [BINARY] [OPTIONS]
       install.sh --uninstall [--purge]

Installs BINARY (default: the one beside this script, or in ../dist) as /usr/local/bin/falco-lake,
with a systemd unit and a default configuration, and starts it. A second run upgrades; what is there
already and has not changed is left alone.

  --config FILE   install FILE (a falcosidekick configuration will do) as the configuration;
                  refused when there is one already, other than the default
  --sha256 HEX    what the binary's SHA-256 must be; without it, BINARY.sha256 says so
  --no-checksum   do not check the binary
  --no-start      enable the service, but neither start nor restart it
  --root DIR      install below DIR, for image builds; nothing is started (also: DESTDIR)
  --uninstall     stop and remove the service; configuration and buffer stay
  --purge         with --uninstall: remove them, too, with all events that wait, and the lake in there
HELP
}

say() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}
misused() {
  printf 'install.sh: %s; see install.sh --help\n' "$*" >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}
binary='' config='' sha256='' check=yes start=yes action=install purge=no
while [ $# -gt 0 ]; do
  case $1 in
    --config | --sha256 | --root)
      [ $# -ge 2 ] || misused "$1 needs a value"
      case $1 in
        --config) config=$2 ;;
        --sha256) sha256=$2 ;;
        --root) root=$2 ;;
      esac
      shift
      ;;
    --no-checksum) check=no ;;
    --no-start) start=no ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misused "unknown option $1" ;;
    *)
      [ -z "$binary" ] || misused "one binary only, not $binary and $1"
      binary=$1
      ;;
  esac
  shift
done
root=${root%/}
[ $purge = no ] || [ $action = uninstall ] || misused '--purge goes with --uninstall'
[ $check = yes ] || [ -z "$sha256" ] || misused '--sha256 and --no-checksum contradict each other'

bin=$root/usr/local/bin/falco-lake
unit=$root/etc/systemd/system/falco-lake.service
wants=$root/etc/systemd/system/multi-user.target.wants/falco-lake.service
etc=$root/etc/falco-lake
yaml=$etc/falco-lake.yaml
state=$root/var/lib/falco-lake
# Where systemd keeps it for a unit with DynamicUser; the path above is a link to it.
private=$root/var/lib/private/falco-lake

if [ -z "$root" ] && [ "$(id -u)" != 0 ]; then fail "must run as root: sudo $0"; fi
# As sd_booted(3) sees it.
systemd=no
if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemd=yes; fi

uninstall() {
  if [ $systemd = yes ]; then
    # It ships once more, and keeps what it could not ship.
    systemctl disable --now falco-lake.service 2>/dev/null || true
  fi
  rm -f "$wants" "$unit" "$bin"
  [ $purge = no ] || rm -rf "$unit.d"
  if [ $systemd = yes ]; then
    systemctl daemon-reload
    systemctl reset-failed falco-lake.service 2>/dev/null || true
  fi
  say 'falco-lake is uninstalled'
  if [ $purge = yes ]; then
    rm -rf "$etc" "$private" "$state"
    say "Removed as well: $etc, $state"
    return
  fi
  for kept in "$etc" "$unit.d"; do [ ! -e "$kept" ] || say "Kept: $kept (configuration)"; done
  if [ -e "$state" ]; then
    say "Kept: $(readlink -f "$state") (events that wait; the lake, if it is in there)"
  fi
  say 'install.sh --uninstall --purge removes that, too'
}
if [ $action = uninstall ]; then uninstall; exit 0; fi

# --- What is to be installed ---

machine=$(uname -m)
if [ -z "$binary" ]; then
  for candidate in "$here/falco-lake" "$here"/falco-lake-*-"$machine"-unknown-linux-gnu \
    "$here"/../dist/falco-lake-*-"$machine"-unknown-linux-gnu; do
    [ -f "$candidate" ] || continue
    [ -z "$binary" ] || fail "there are $binary and $candidate: name one, install.sh BINARY"
    binary=$candidate
  done
  [ -n "$binary" ] ||
    fail "no binary for $machine beside $0: take that machine's archive, or name one, install.sh BINARY"
fi
[ -f "$binary" ] || fail "$binary: there is no such file"
[ -z "$config" ] || [ -f "$config" ] || fail "$config: there is no such file"

beside() { # name: of a file of the release, beside this script or where the repository has it
  for candidate in "$here/$1" "$here/systemd/$1" "$here/../$1"; do
    if [ -f "$candidate" ]; then
      printf '%s' "$candidate"
      return
    fi
  done
  fail "$here/$1 is missing: unpack the whole archive"
}
new_unit=$(beside falco-lake.service)
defaults=$(beside falco-lake.yaml)
grep -q '^  directory: ""$' "$defaults" || fail "$defaults is not the release's: no empty lake.directory"
default_config() {
  cat <<'HEAD'
# This file is readable for everybody: secrets belong in /etc/falco-lake/environment (AWS_…=…) or
# /etc/falco-lake/aws-credentials, which root alone may read. `systemctl reload falco-lake` reads it
# again.
#
# Until you have a bucket, rows go to the folder in lake.directory. For Amazon Security Lake, empty
# that and set aws.securitylake.bucket, .region, .prefix and .accountid.

HEAD
  sed 's|^  directory: ""$|  directory: /var/lib/falco-lake/lake|' "$defaults"
}

new_config=no
[ -e "$yaml" ] || new_config=yes
if [ -n "$config" ]; then
  if [ -e "$yaml" ] && ! cmp -s "$config" "$yaml"; then
    default_config | cmp -s - "$yaml" ||
      fail "$yaml is not the default, and not overwritten: leave --config out, or mv $yaml $yaml.old"
    new_config=yes
  fi
  # The file is readable for everybody. A key that has a value is meant, not one that is empty.
  secrets=$(grep -nEi \
    '(^|[[:space:],{"'\''])[a-z_]*(secret|password|token|apikey|api_key|accesskey[a-z]*|webhookurl|routingkey|authvalue|connectionstring|credentials)["'\'']?[[:space:]]*:[[:space:]]*["'\'']?[^"'\''#[:space:]]' \
    "$config" | grep -v '^[0-9]*:[[:space:]]*#' | sed 's/^\([0-9]*\):[[:space:]]*\([^:]*\):.*/  line \1: \2/') || true
  if [ -n "$secrets" ]; then
    fail "$config has what looks like secrets, and every user could read it once it is installed:
$secrets
Take them out of a copy and install that. What falco-lake needs of them (AWS_SECRETACCESSKEY=…) goes
to $etc/environment, which root alone can read; it has no use for those of other outputs."
  fi
fi

# --- Make it ready beside its place, and check it there: a move is all that is left then ---

new_bin=$root/usr/local/bin/.falco-lake.new
old_bin=$root/usr/local/bin/.falco-lake.old
old_unit=$unit.old
tidy() { rm -f "$new_bin" "$old_bin" "$old_unit" "$etc/.falco-lake.yaml.new" "$unit.new"; }
trap tidy EXIT
trap 'exit 1' HUP INT TERM

changed=''
change() { changed="$changed
  $1"; }
folder() { # path: makes it, unless it is there
  [ -d "$1" ] || install -d -m 0755 "$1" || fail "$1 cannot be made"
}
folder "$root/usr/local/bin"
install -m 0755 "$binary" "$new_bin" || fail "$new_bin cannot be written: is the disk full?"

if [ $check = yes ]; then
  told=$sha256 from=--sha256
  if [ -z "$told" ]; then
    from=$binary.sha256
    [ -f "$from" ] ||
      fail "$from is missing: give the binary's SHA-256 with --sha256, or --no-checksum to do without"
    # Without a newline at the end, read fails and has read all the same.
    read -r told _ <"$from" || [ -n "$told" ] || fail "$from is empty"
  fi
  told=$(printf '%s' "$told" | tr 'A-F' 'a-f')
  is=$(sha256sum "$new_bin")
  is=${is%% *}
  [ "$is" = "$told" ] ||
    fail "$binary is not what it should be: its SHA-256 is $is, and $from says $told. Download it again"
fi

if [ -z "$root" ] && ! version=$(cd / && "$new_bin" version 2>&1); then
  # ELF's e_machine.
  case $(od -An -tx1 -j18 -N2 "$new_bin" | tr -d ' ') in
    3e00) built=x86_64 ;;
    b700) built=aarch64 ;;
    *) built=unknown ;;
  esac
  [ $built = unknown ] && fail "$binary is no program for Linux on x86_64 or aarch64"
  [ $built = "$machine" ] || fail "$binary is built for $built, and this machine is $machine"
  fail "$binary does not run here (it needs glibc 2.27 or later): $version"
fi

# --- Install ---

folder "$etc"
folder "$root/etc/systemd/system/multi-user.target.wants"
upgrade=no
if [ $new_config = yes ]; then
  if [ -n "$config" ]; then cat "$config"; else default_config; fi >"$etc/.falco-lake.yaml.new"
  mv "$etc/.falco-lake.yaml.new" "$yaml"
  upgrade=yes
  change "$yaml"
fi
if [ ! -e "$etc/environment" ]; then
  (
    umask 077
    cat >"$etc/environment" <<'VARIABLES'
# NAME=value lines for falco-lake, read by systemd when it starts; root alone may read this file.
# Every key of the configuration has a variable, falcosidekick's: AWS_SECURITYLAKE_BUCKET, …
#AWS_ACCESSKEYID=
#AWS_SECRETACCESSKEY=
VARIABLES
  )
  change "$etc/environment"
fi
if ! cmp -s "$new_unit" "$unit"; then
  [ ! -e "$unit" ] || cp -p "$unit" "$old_unit"
  install -m 0644 "$new_unit" "$unit.new"
  mv "$unit.new" "$unit"
  upgrade=yes
  change "$unit"
fi
if ! cmp -s "$new_bin" "$bin"; then
  [ ! -e "$bin" ] || ln -f "$bin" "$old_bin"
  mv "$new_bin" "$bin" # which a running agent does not notice
  upgrade=yes
  change "$bin"
fi
if [ ! -L "$wants" ]; then
  ln -s /etc/systemd/system/falco-lake.service "$wants"
  upgrade=yes
  change "$wants"
fi
if [ -n "$changed" ]; then say "Installed or changed:$changed"; else say 'Nothing has changed'; fi

# --- Start ---

if [ $systemd = no ]; then
  [ -n "$root" ] || say 'systemd does not run here; the service starts with it'
  exit 0
fi
[ $upgrade = no ] || systemctl daemon-reload
if [ $start = no ]; then
  say 'Not started, as --no-start says: systemctl restart falco-lake'
  exit 0
fi
if [ $upgrade = no ] && systemctl is-active --quiet falco-lake.service; then
  say 'falco-lake runs'
  exit 0
fi
if ! systemctl restart falco-lake.service; then
  systemctl --no-pager --lines=20 status falco-lake.service >&2 || true
  if [ -e "$old_bin" ] || [ -e "$old_unit" ]; then
    [ ! -e "$old_bin" ] || mv "$old_bin" "$bin"
    [ ! -e "$old_unit" ] || mv "$old_unit" "$unit"
    systemctl daemon-reload
    systemctl restart falco-lake.service ||
      fail 'the new falco-lake does not start (see above), and neither does the old one, which is back'
    fail 'the new falco-lake does not start (see above); the old one is back and runs'
  fi
  fail "falco-lake is installed and does not start: mend what stands above, then systemctl restart falco-lake"
fi
[ "$new_config$config" = yes ] || { say 'falco-lake runs; its log: journalctl -u falco-lake'; exit 0; }
cat <<NEXT
falco-lake runs. Try it:

  curl -d '' localhost:2801/test      # stores a test event, and prints nothing
  ${SUDO_USER:+sudo }systemctl restart falco-lake   # ships it now, not in five minutes
  ${SUDO_USER:+sudo }falco-lake cat /var/lib/falco-lake/lake

Point Falco at it, in falco.yaml:

  json_output: true
  http_output: {enabled: true, url: "http://localhost:2801/"}

Set a bucket in $yaml, then: ${SUDO_USER:+sudo }systemctl reload falco-lake
NEXT
