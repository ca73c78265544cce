#!/usr/bin/env bash
# Runs each fuzz target of the repository for the time given, one after another; stops at the first that fails, whose input go leaves in testdata/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."

for_each=${1:-20s}
count=0
while IFS=: read -r file target; do
  count=$((count + 1))
  printf '%-40s %s\n' "$target" "./$(dirname "$file")"
  go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$for_each" >/tmp/cloison-fuzz.$$ 2>&1 || { cat /tmp/cloison-fuzz.$$; rm -f /tmp/cloison-fuzz.$$; exit 1; }
done < <(grep -rHo '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' . | sed 's/:func /:/; s|^\./||' | sort)
rm -f /tmp/cloison-fuzz.$$
echo "fuzz: $count targets, $for_each each, nothing found"
