#!/usr/bin/env bash
# An environment of its own with a test clock, in which a few dossiers are
# entered through the interface; then it waits for Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-8440}
data=.data/demo

rm -rf "$data"
bin/cloison dev --data "$data" --port "$port" --sample sample/ --quick-login --clock 2026-01-01T09:00:00+01:00 &
launcher=$!
trap 'kill -INT $launcher 2>/dev/null; wait $launcher' EXIT INT TERM
until [ -e "$data/run/ready" ]; do
  kill -0 $launcher || exit 1
  sleep 0.2
done
bin/cloison play sample/ --port "$port" --only case-01 || echo "demo : le dossier case-01 diffère de ce qui est attendu"
wait $launcher
