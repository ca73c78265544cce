#!/usr/bin/env bash
# Runs every test once and ends with a report. One PostgreSQL serves them all:
# the first test that needs it starts it in this folder. PACKAGES narrows what runs.
set -euo pipefail
cd "$(dirname "$0")/.."

CLOISON_TEST_PG=$(mktemp -d /tmp/cloison-pg.XXXXXX)
export CLOISON_TEST_PG

stop_postgres() {
  local pid
  if pid=$(head -n 1 "$CLOISON_TEST_PG/pg/postmaster.pid" 2>/dev/null); then
    kill -QUIT "$pid" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  fi
  rm -rf "$CLOISON_TEST_PG"
}
trap stop_postgres EXIT

# The stories first: they are the longest, and the other packages go beside them rather than before. go test takes a package named twice once.
read -ra packages <<<"${PACKAGES:-./e2e ./...}"

go -C tools build -o ../bin/testreport ./testreport
# A result from yesterday proves nothing about the programs and the database of today: no cache. `make vet` has vetted the same packages, with more.
{
  go -C tools test -json -count=1 -vet=off ./... || true
  go test -json -count=1 -vet=off -timeout 75m "${packages[@]}" || true
  go test -json -count=1 -vet=off -timeout 75m -tags dev ./cmd/cloison || true
} | bin/testreport
