#!/usr/bin/env bash
# Plans into plan.tfplan, plan.jsonl and plan.json, and writes comment.md. Arguments are passed on to Terraform.
# Nothing about people reaches the log: it is kept longer, and read by more, than the comment.
set -euo pipefail
umask 077

rm -f plan.tfplan plan.json comment.md
if terraform plan -input=false -json -out=plan.tfplan "$@" >plan.jsonl; then
  terraform show -json plan.tfplan >plan.json
  python3 scripts/comment.py plan.jsonl plan.json >comment.md
  echo "Planned. The comment says what will happen."
else
  python3 scripts/comment.py plan.jsonl >comment.md
  echo "The plan failed. The comment says why."
  exit 1
fi
