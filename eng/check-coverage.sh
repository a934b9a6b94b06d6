#!/usr/bin/env bash
# Compares the line coverage that each test project measured of the project it mirrors with the MinCodeCoverage in that project's csproj.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
for csproj in src/*/*.csproj; do
  name=$(basename "$csproj" .csproj)
  floor=$(sed -nE 's:.*<MinCodeCoverage>([0-9]+)</MinCodeCoverage>.*:\1:p' "$csproj")
  assembly=$(sed -nE 's:.*<AssemblyName>(.*)</AssemblyName>.*:\1:p' "$csproj")
  tests=$name.Tests
  [ -d "tests/$tests" ] || tests=Plumbline.EndToEnd.Tests
  report=tests/$tests/TestResults/coverage.xml
  if [ -z "$floor" ] || [ ! -f "$report" ]; then
    echo "$name: no floor or no report"
    status=1
    continue
  fi
  rate=$(grep -oE "<package [^>]*name=\"${assembly:-$name}(\.dll)?\"[^>]*" "$report" | grep -oE 'line-rate="[0-9.]+"' | grep -oE '[0-9.]+' | head -n 1 || true)
  percent=$(awk -v rate="${rate:-0}" 'BEGIN { printf "%.1f", 100 * rate }')
  verdict=ok
  if awk -v percent="$percent" -v floor="$floor" 'BEGIN { exit !(percent < floor) }'; then verdict="BELOW THE FLOOR" status=1; fi
  printf '%-24s %5s %% of lines, floor %s %%: %s\n' "$name" "$percent" "$floor" "$verdict"
done
exit $status
