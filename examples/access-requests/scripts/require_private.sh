#!/usr/bin/env bash
# Ends with code 1 unless the repository is private: requests, plans and comments hold names and addresses.
set -euo pipefail

if [ -n "${GITLAB_CI:-}" ]; then
  visibility=$CI_PROJECT_VISIBILITY
else
  visibility=$(gh api "repos/$GITHUB_REPOSITORY" --jq .visibility)
fi
if [ "$visibility" != private ]; then
  echo "This repository is not private. It holds names and addresses of people: make it private first." >&2
  exit 1
fi
