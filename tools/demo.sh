#!/usr/bin/env bash
# An environment of its own with a test clock, in which the sample's dossiers are entered through the interface as far as they
# were on a Monday morning: one awaits its college, others their report, their certificate. Then it waits for Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-8440}
data=.data/demo

rm -rf "$data"
bin/cloison dev --data "$data" --port "$port" --sample sample/ --quick-login --clock 2019-11-01T09:00:00+01:00 &
launcher=$!
trap 'kill -INT $launcher 2>/dev/null; wait $launcher' EXIT INT TERM
until [ -e "$data/run/ready" ]; do
  kill -0 $launcher || exit 1
  sleep 0.2
done
bin/cloison play sample/ --port "$port" --until 2026-02-02T09:00:00+01:00 || echo "demo : un dossier diffère de ce qui est attendu"
wait $launcher
