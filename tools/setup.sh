#!/usr/bin/env bash
# Installs what `make run` (argument: run) or `make test` (argument: test) needs
# and this machine lacks, says what, and does nothing a second time.
set -euo pipefail
cd "$(dirname "$0")/.."

PATH=$PATH:/usr/sbin:/sbin # where ip stands, also for a user without them
stamps=.data/setup
say() { printf 'setup: %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }

# The oldest major that the migrations are written for.
oldest=15

have_postgres() {
  local dir major
  [ -n "${PG_BIN_DIR:-}" ] && [ -x "$PG_BIN_DIR/initdb" ] && return 0
  for dir in /usr/lib/postgresql/*/bin; do
    major=$(basename "$(dirname "$dir")")
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ "$major" -ge $oldest ] 2>/dev/null && return 0
  done
  have initdb && have postgres && [ "$(postgres --version | sed -E 's/.*\) ([0-9]+).*/\1/')" -ge $oldest ]
}

# newest_postgres names the newest package that this distribution offers.
newest_postgres() {
  apt-cache search --names-only '^postgresql-[0-9]+$' | sed -E 's/^postgresql-([0-9]+) .*/\1/' | sort -rn |
    while read -r major; do [ "$major" -ge $oldest ] && echo "postgresql-$major" && break; done
}

missing() {
  have_postgres || echo postgresql
  { have node && have npm; } || echo "nodejs npm"
  [ "$1" = test ] || return 0
  { have chromium || have chromium-browser || have google-chrome; } || echo chromium
  { have ip && have unshare; } || echo "iproute2 util-linux"
  have curl || echo curl
  { have pdfsig && have qpdf && have certutil; } || echo "poppler-utils qpdf libnss3-tools"
  { have openssl && have ssh-agent && have sqlite3; } || echo "openssl openssh-client sqlite3"
  { have softhsm2-util && have gcc && [ -e /usr/include/stdlib.h ]; } || echo "softhsm2 gcc libc6-dev"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else
    say "il manque : $*"; say "lancez cette commande en administrateur, puis recommencez"; exit 1
  fi
}

install_packages() {
  local packages postgres
  packages=$(missing "$1" | tr '\n' ' ')
  [ -n "${packages// /}" ] || return 0
  have apt-get || { say "installez d'abord : $packages (ce système n'a pas apt)"; exit 1; }
  say "paquets à installer : $packages"
  as_root apt-get update
  if [[ " $packages" == *" postgresql "* ]]; then
    postgres=$(newest_postgres)
    [ -n "$postgres" ] || { say "aucun PostgreSQL $oldest ou plus récent dans les dépôts de ce système : installez-le, et indiquez son dossier par PG_BIN_DIR"; exit 1; }
    packages=${packages/postgresql/$postgres}
    # Only the programs are wanted: the package would otherwise make and start a cluster of its own.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      say "pas de cluster PostgreSQL du système : create_main_cluster = false"
      as_root sh -c 'mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf'
    fi
  fi
  # shellcheck disable=SC2086 # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

# The pages' style sheets and the browser tests' tools, by npm, once per lock file.
install_assets() {
  local stamp
  [ -f web/assets/package.json ] || return 0
  stamp=$stamps/assets-$({ cat web/assets/package.json web/assets/package-lock.json web/assets/build.mjs web/assets/pdfjs.mjs; echo "${DSFR_ACCEPT_LICENSE:-}"; } | sha256sum | cut -c1-16)
  [ -e "$stamp" ] && [ -d web/assets/node_modules ] && return 0
  say "feuilles de style et outils de test (npm ci, selon web/assets/package-lock.json)"
  npm --prefix web/assets ci --prefer-offline --no-audit --no-fund
  npm --prefix web/assets run build
  mkdir -p "$stamps"
  rm -f "$stamps"/assets-*
  touch "$stamp"
}

# A program in Go that tests or figures need beside ours, built once into .data/tools: what it is for, its package, its version.
install_tool() {
  local name stamp
  name=$(basename "$2")
  stamp=$stamps/$name-$3
  [ -e "$stamp" ] && [ -x ".data/tools/$name" ] && return 0
  say "$1 ($name $3, par go install)"
  GOBIN=$PWD/.data/tools GOFLAGS= go install "$2@$3"
  mkdir -p "$stamps"
  touch "$stamp"
}

have go || { say "Go est nécessaire : installez-le (https://go.dev/doc/install), puis recommencez"; exit 1; }
install_packages "${1:-run}"
install_assets
case "${1:-run}" in
  test)
    install_tool "serveur S3 de test" github.com/versity/versitygw/cmd/versitygw v1.8.0
    install_tool "témoin de journal, écrit par d'autres" filippo.io/torchwood/cmd/litewitness v0.6.1
    install_tool "vérificateur de journal, écrit par d'autres" github.com/transparency-dev/tessera/cmd/fsck v1.0.2
    ;;
  bench) install_tool "programme auquel les chiffres se comparent" filippo.io/age/cmd/age v1.3.2 ;;
esac
