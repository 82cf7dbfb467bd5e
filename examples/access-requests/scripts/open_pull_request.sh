#!/usr/bin/env bash
# Commits one request to a branch of its own and opens a pull request. FILE, BRANCH and NUMBER come from intake.py and
# have harmless characters only; no text of the request is used here. Without a NUMBER nobody of the team has seen the
# request yet: it never changes a pull request that is open, which somebody may be looking at or have approved.
set -euo pipefail

git switch --create "$BRANCH"
git add -- "$FILE"
if git diff --cached --quiet; then
  echo "The file of this guest says the same already."
  exit 0
fi
open=$(gh pr list --head "$BRANCH" --state open --json number --jq '.[].number')
if [ -n "$open" ] && [ -z "$NUMBER" ]; then
  echo "A pull request about this guest is open. Merge or close it, and have the request sent again." >&2
  exit 1
fi
git -c user.name='guest requests' -c user.email='noreply@github.com' commit --quiet --message "Request a guest"
gh auth setup-git
git push --quiet --force origin "$BRANCH"

if [ -n "$open" ]; then
  echo "The pull request was updated."
  exit 0
fi
if [ -n "$NUMBER" ]; then
  body="Closes #$NUMBER"
else
  body="Requested with the form outside."
fi
gh pr create --head "$BRANCH" --title "Guest request ${BRANCH#request/}" --body "$body"
