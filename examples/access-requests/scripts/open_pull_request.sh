#!/usr/bin/env bash
# Commits one request to a branch of its own and opens a pull request. FILE, BRANCH and NUMBER come from intake.py and
# have harmless characters only; no text of the request is used here.
set -euo pipefail

git switch --create "$BRANCH"
git add -- "$FILE"
if git diff --cached --quiet; then
  echo "The file of this guest says the same already."
  exit 0
fi
git -c user.name='guest requests' -c user.email='noreply@github.com' commit --quiet --message "Request a guest"
gh auth setup-git
git push --quiet --force origin "$BRANCH"

if [ -n "$(gh pr list --head "$BRANCH" --state open --json number --jq '.[].number')" ]; then
  echo "The pull request was updated."
  exit 0
fi
if [ -n "$NUMBER" ]; then
  body="Closes #$NUMBER"
else
  body="Requested with the form outside."
fi
gh pr create --head "$BRANCH" --title "Guest request ${BRANCH#request/}" --body "$body"
