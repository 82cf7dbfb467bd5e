#!/usr/bin/env bash
# Ends with code 1 if the plan would be applied without anybody's approval: that of a reviewer of the environment or,
# where GitHub has none to offer, of whoever started the run and named the plan. DIGEST is that of the plan, empty if
# nothing will change; APPROVED is the one that was named.
set -euo pipefail

if [ -z "$DIGEST" ] || [ "$DIGEST" = "$APPROVED" ]; then
  exit 0
fi
reviewers=$(gh api "repos/$GITHUB_REPOSITORY/environments/production" \
  --jq '[.protection_rules[] | select(.type == "required_reviewers") | .reviewers[]] | length')
if ! [ "$reviewers" -gt 0 ]; then
  {
    echo "The environment has no reviewers. Whoever approves this plan starts the workflow with its digest:"
    echo
    echo "    gh workflow run apply --field approved=$DIGEST"
  } >>"$GITHUB_STEP_SUMMARY"
  echo "The environment has no reviewers, so nothing is applied. The summary says how to approve the plan." >&2
  exit 1
fi
