#!/usr/bin/env bash
# Keeps one open issue about pending invitations: issue.md is its text; without the file it is closed.
set -euo pipefail

title="Invitations pending for more than 14 days"
number=$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --label pending-invitations --limit 1 \
  --json number --jq '.[].number')
if [ -f issue.md ] && [ -n "$number" ]; then
  gh issue edit "$number" --repo "$GITHUB_REPOSITORY" --body-file issue.md
elif [ -f issue.md ]; then
  gh label create pending-invitations --repo "$GITHUB_REPOSITORY" --force --description "Written by the nightly run"
  gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --label pending-invitations --body-file issue.md
elif [ -n "$number" ]; then
  gh issue close "$number" --repo "$GITHUB_REPOSITORY" --comment "Nobody is waiting any more."
fi
