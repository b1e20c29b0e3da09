#!/usr/bin/env bash
# confined.sh BINARY COMMAND [ARGUMENT…]: runs a command (the end-to-end tests) in which every agent
# is the binary, confined:
#   - no network beside loopback, for the command, too: its S3 servers must be within reach
#   - a root of its own, read-only, with the C library, the binary and /proc, and nothing else: no
#     Deno, no npm, no cache, no shell, no /tmp
#   - only the test's own folder, below .cache/tests, can be written to
#   - a user without rights (nobody), no capabilities and no way to get any
#   - the environment that the test sets, and nothing else
# Needs root, and util-linux. The binary becomes the process that the test starts, so signals reach
# it and its process id is the one that the test knows.
set -euo pipefail
user=65534

if [[ "${FALCO_LAKE_CONFINED:-}" != "$user" ]]; then
  export FALCO_LAKE_CONFINED=$user
  exec unshare --mount --net bash "${BASH_SOURCE[0]}" "$@"
fi
binary="$(realpath "$1")"
shift
ip link set lo up

project="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
tests="$project/.cache/tests" root="$project/.cache/confined/root"
launcher="$project/.cache/confined/falco-lake"
mkdir -p "$tests" "$root"
# Who has no rights must be able to get at the test's folder, and at nothing on the way there.
mount -t tmpfs -o mode=0755 tmpfs "$root"
mkdir -p "$root"/{proc,dev,etc,usr/bin,usr/local/bin,"$tests"}
# The libraries that the dynamic linker names for the binary, and for the two programs that start it.
for program in "$binary" "$(command -v env)" "$(command -v setpriv)"; do
  ldd "$program" | grep -o '/[^ ]*' | xargs -I LIBRARY cp --parents --dereference LIBRARY "$root"
done
cp "$(command -v env)" "$(command -v setpriv)" "$root/usr/bin"
cp --dereference /etc/hosts "$root/etc"
bind() { touch "$root$2" && mount --bind "$1" "$root$2" && mount -o "remount,bind,${3:-ro}" "$root$2"; }
bind "$binary" /usr/local/bin/falco-lake
for device in null urandom random; do bind "/dev/$device" "/dev/$device" rw; done
mount --rbind /proc "$root/proc"

cat >"$launcher" <<END
#!/bin/sh
case \$PWD/ in
  $tests/?*) below="\${PWD#$tests/}" box="$tests/\${below%%/*}" ;;
  *) echo "Not started in a folder of a test, but in \$PWD" >&2; exit 126 ;;
esac
# What goes away meanwhile, under another agent of the same test, is no failure.
chown -R -h -f $user:$user "\$box"
mkdir -p "$root\$box"
exec unshare --mount sh -c '
  box="\$1" && shift &&
  mount --rbind "\$box" "$root\$box" &&
  mount -o remount,bind,ro "$root" &&
  exec chroot "$root" /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ --chdir="\$PWD" \
    /usr/bin/setpriv --reuid=$user --regid=$user --clear-groups --no-new-privs \
    --bounding-set=-all --inh-caps=-all --ambient-caps=-all /usr/local/bin/falco-lake "\$@"
' confined "\$box" "\$@"
END
chmod 0755 "$launcher"
export FALCO_LAKE_BIN="$launcher"
exec "$@"
