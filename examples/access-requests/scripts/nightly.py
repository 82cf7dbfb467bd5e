"""What the nightly run decides.

    nightly.py targets PLAN_JSON             -target arguments of what follows from dates that have passed, one per line
    nightly.py only-expiry PLAN_JSON         ends with code 1 if the plan does anything else
    nightly.py all-ended PLAN_JSON           ends with code 1 if targets had to leave out a date that has passed
    nightly.py pending PLAN_JSON OUTPUT      writes an issue about invitations pending too long; removes OUTPUT if none
"""

import datetime
import json
import os
import pathlib
import sys

import plan as plans
from markup import LARGEST, code, table

PATIENCE = datetime.timedelta(days=14)


def ending(changes):
    """Returns the changes that expire alone. Who targets a membership targets its guest as well."""
    waiting = {change.key for change in changes if change.type == plans.GUEST and not change.expires}
    return [change for change in changes if change.expires and change.key not in waiting]


def targets(plan):
    changes, _ = plans.load(plan)
    chosen = ending(changes)
    print(f"{len(chosen)} dates have passed; {len(changes) - len(chosen)} other changes wait for an approved apply.",
          file=sys.stderr)
    return [f"-target={change.address}" for change in chosen]


def only_expiry(plan):
    changes, _ = plans.load(plan)
    return all(change.expires for change in changes)


def all_ended(plan):
    changes, _ = plans.load(plan)
    return sum(change.ends for change in changes) == len(ending(changes))


def pending(plan, now):
    """Returns (address, name, justification, moment) of guests who have not accepted for too long, oldest first.

    The plan has the state as the refresh has found it; the state itself is as old as the last apply.
    """
    found = []
    state = json.loads(pathlib.Path(plan).read_text(encoding="utf-8")).get("prior_state", {})
    for resource in state.get("values", {}).get("root_module", {}).get("resources", []):
        values = resource.get("values", {})
        if resource.get("type") != plans.GUEST or values.get("redemption_state") != "PendingAcceptance":
            continue
        moment = values.get("invited_at") or values.get("created_at")
        if values.get("expired") or not moment:
            continue
        since = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
        if now - since > PATIENCE:
            found.append((values.get("email"), values.get("display_name"), values.get("justification"), since))
    return sorted(found, key=lambda guest: guest[3])


def issue(guests, now):
    rows = [[code(email), code(name), f"{since:%Y-%m-%d}", str((now - since).days), code(why)]
            for email, name, why, since in guests]
    return "\n\n".join([
        f"Invited more than {PATIENCE.days} days ago, and not accepted yet:",
        table(["Who", "Name", "Invited", "Days", "Why"], rows, LARGEST),
        "Ask whoever requested the guest. To let a guest go, delete the file under `requests/`.",
    ]) + "\n"


def main(command, *arguments):
    if command == "targets":
        sys.stdout.write("".join(f"{target}\n" for target in targets(*arguments)))
        return 0
    if command in ("only-expiry", "all-ended"):
        return 0 if {"only-expiry": only_expiry, "all-ended": all_ended}[command](*arguments) else 1
    plan, output = arguments
    # NOW is for tests.
    now = datetime.datetime.fromisoformat(os.environ.get("NOW") or datetime.datetime.now(datetime.timezone.utc).isoformat())
    guests = pending(plan, now)
    pathlib.Path(output).unlink(missing_ok=True)
    if guests:
        pathlib.Path(output).write_text(issue(guests, now), encoding="utf-8")
    print(f"{len(guests)} invitations are pending too long.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
