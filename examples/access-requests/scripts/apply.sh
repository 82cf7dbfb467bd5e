#!/usr/bin/env bash
# Applies plan.tfplan, then plans again: anything left to do is a failure. What went wrong is written to comment.md.
# APPROVED, where it is set, is the digest of what was shown to whoever approved: any other plan is refused.
set -euo pipefail
umask 077

rm -f comment.md
if [ -n "${APPROVED+set}" ] && [ "$(python3 scripts/comment.py --digest plan.json)" != "$APPROVED" ]; then
  echo "The plan is not the one that was approved: the directory has changed since. Run it all again." >&2
  exit 1
fi
if ! terraform apply -input=false -json plan.tfplan >apply.jsonl; then
  python3 scripts/comment.py apply.jsonl >comment.md
  echo "The apply failed. comment.md says why: it is in the summary of the run or, with GitLab, among its artifacts."
  exit 1
fi
echo "Applied."

# 0: nothing left, 1: the plan failed, 2: something is left. "$@" are targets, if the apply had them.
status=0
terraform plan -input=false -json -detailed-exitcode "$@" >plan.jsonl || status=$?
if [ "$status" -ne 0 ]; then
  python3 scripts/comment.py plan.jsonl >comment.md
  echo "Something is left to do after the apply (code $status). The next run finishes it; look at its plan."
  exit 1
fi
echo "Nothing is left to do."
