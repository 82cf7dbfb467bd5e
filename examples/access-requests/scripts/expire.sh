#!/usr/bin/env bash
# Applies what follows from dates that have passed, and nothing else that may be waiting. night.json is the plan of
# everything, with the state as the refresh has found it.
set -euo pipefail
umask 077

rm -f night.json
scripts/plan.sh -lock-timeout=10m
cp plan.json night.json
python3 scripts/nightly.py targets plan.json >targets.txt
mapfile -t targets <targets.txt
if [ "${#targets[@]}" -gt 0 ]; then
  scripts/plan.sh -lock-timeout=10m "${targets[@]}"
  if ! python3 scripts/nightly.py only-expiry plan.json; then
    echo "What expires depends on a change that nobody has approved yet: apply that first." >&2
    exit 1
  fi
  scripts/apply.sh "${targets[@]}"
fi
if ! python3 scripts/nightly.py all-ended night.json; then
  echo "Somebody's time is over for whom another change waits as well: approve the apply of that, which ends both." >&2
  exit 1
fi
