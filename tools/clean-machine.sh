#!/usr/bin/env bash
# Runs `make test` on a machine that has nothing: a Debian root made by debootstrap, with Go and git as the README asks, and the
# committed sources. Run it as root, before a release. SUITE and MIRROR choose the system; ROOT keeps the tree (otherwise it goes).
set -euo pipefail
cd "$(dirname "$0")/.."

SUITE=${SUITE:-bookworm}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
say() { printf 'clean-machine: %s\n' "$*"; }

[ "$(id -u)" = 0 ] || { say "à lancer en administrateur : debootstrap et pivot_root le demandent"; exit 1; }
command -v debootstrap >/dev/null || { say "il manque debootstrap : apt-get install debootstrap"; exit 1; }
[ -z "$(git status --porcelain)" ] || { say "des changements ne sont pas enregistrés : seul ce qui est dans git est essayé"; exit 1; }

root=${ROOT:-$(mktemp -d /var/tmp/cloison-clean.XXXXXX)}
leave() { [ -n "${ROOT:-}" ] || rm -rf --one-file-system "$root"; }
trap leave EXIT

say "$SUITE dans $root"
[ -e "$root/etc/debian_version" ] ||
  debootstrap --variant=minbase --include=ca-certificates,git,make "$SUITE" "$root" "$MIRROR" >"$root.log" 2>&1 ||
  { tail -n 20 "$root.log"; exit 1; }

# What any machine has of its network: its resolver, and the authorities that it trusts.
cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/usr/local/share/ca-certificates"
cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
chroot "$root" update-ca-certificates >/dev/null

# Go stands where go.dev's own page puts it.
mkdir -p "$root/usr/local/go"
cp -a "$(go env GOROOT)/." "$root/usr/local/go/"

rm -rf "$root/src"
git clone --quiet . "$root/src"
say "make test, sur $(git rev-parse --short HEAD)"

# A root of its own, and its own processes, not a chroot: the kernel gives no user namespace to who is in one, and pieces are inspected in one.
unshare --mount --pid --fork --kill-child --propagation private bash -euc '
  mount --bind "$1" "$1"
  cd "$1"
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t proc proc proc
  mkdir -p .before
  pivot_root . .before
  umount --lazy /.before
  exec /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    make -C /src test
' clean-machine "$root"
