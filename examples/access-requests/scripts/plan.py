"""What a plan of Terraform says about people, from `terraform plan -json` and `terraform show -json`.

The first has the warnings and errors, the second the values; neither has both. Only the attributes named here are
read from the values, and none that Terraform calls sensitive: `terraform show -json` prints those in clear.
"""

import hashlib
import json
import pathlib
import re

GUEST = "entraguest_invitation"
MEMBERSHIP = "entraguest_group_membership"

# What a reviewer is told about, and how it is called. The order is that of the comment.
LABELS = {
    "email": "address", "display_name": "name", "company_name": "company", "job_title": "title",
    "department": "department", "manager_id": "manager", "sponsor_ids": "sponsors", "user_type": "kind of user",
    "account_enabled": "can sign in", "expires_at": "until", "accept_by": "accept until",
    "justification": "justification", "on_destroy": "when let go", "resend_trigger": "invite again",
}

# What differs when a date has passed and nothing else is going on: what follows from it, and what Graph alone says.
FOLLOWS = {"account_enabled", "active", "complete", "expired", "redeem_url", "redemption_state", "redemption_state_changed_at"}

ADDRESS = re.compile(r'entraguest_(?:invitation|group_membership)\.[a-z_]+\["[0-9a-f]{32}"\]')


class Change:
    """One planned change of one resource."""

    def __init__(self, entry):
        change = entry["change"]
        self.address = entry["address"]
        self.type = entry["type"]
        self.key = entry.get("index")
        self.actions = tuple(change["actions"])
        self.before = shown(change.get("before"), change.get("before_sensitive"))
        self.after = shown(change.get("after"), change.get("after_sensitive"))
        unknown = change.get("after_unknown")
        self.unknown = {name for name, value in unknown.items() if value} if isinstance(unknown, dict) else set()
        self.changed = self.unknown | differing(change.get("before"), change.get("after"))
        self.imported = bool(change.get("importing"))
        # The address of the guest with this key, also of one who stays as they are; see load.
        self.email = None

    @property
    def happens(self):
        """Tells whether anything is done, beyond reading."""
        return self.imported or not set(self.actions) <= {"no-op", "read"}

    @property
    def ends(self):
        """Tells whether the change ends what a date allowed, of a person or a membership."""
        return (self.actions == ("update",) and self.type in (GUEST, MEMBERSHIP)
                and self.after.get("expired") is True
                and self.after.get("account_enabled" if self.type == GUEST else "active") is False)

    @property
    def expires(self):
        """Tells whether the change is what follows from a date that has passed, and nothing else."""
        return self.ends and not self.imported and self.changed <= FOLLOWS and ADDRESS.fullmatch(self.address) is not None

    def differences(self):
        """Returns (name, label, before, after) of the attributes a reviewer is told about."""
        return [(name, LABELS[name], self.before.get(name), self.after.get(name)) for name in LABELS
                if name not in self.unknown and self.before.get(name) != self.after.get(name)]


def differing(before, after):
    """Returns the names of the values that are not the same, sensitive ones included."""
    before, after = before or {}, after or {}
    return {name for name in {**before, **after} if before.get(name) != after.get(name)}


def shown(values, sensitive):
    """Returns values without those Terraform calls sensitive."""
    if not isinstance(values, dict) or sensitive is True:
        return {}
    hidden = sensitive if isinstance(sensitive, dict) else {}
    return {name: value for name, value in values.items() if not hidden.get(name)}


def load(path):
    """Returns the changes of a plan, and the names of groups by object id."""
    plan = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    changes = [Change(entry) for entry in plan.get("resource_changes", []) if entry.get("mode") == "managed"]
    emails = {change.key: change.after.get("email") or change.before.get("email") for change in changes if change.type == GUEST}
    for change in changes:
        change.email = emails.get(change.key)
    names = plan.get("variables", {}).get("groups", {}).get("value", {})
    return [change for change in changes if change.happens], {identifier: name for name, identifier in names.items()}


def diagnostics(path):
    """Returns (severity, summary, detail) of every warning and error, each once, from the output of -json."""
    found = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").split("\n"):
        try:
            entry = json.loads(line) if line else {}
        except ValueError:
            continue
        if not isinstance(entry, dict) or entry.get("type") != "diagnostic":
            continue
        diagnostic = entry["diagnostic"]
        item = (diagnostic.get("severity"), diagnostic.get("summary", ""), diagnostic.get("detail", ""))
        if item not in found:
            found.append(item)
    return found


def digest(changes):
    """Returns a hash of what is going to happen: two plans with the same one do the same to the same people."""
    parts = [[change.address, change.actions, change.imported, sorted(change.unknown),
              {name: [change.before.get(name), change.after.get(name)] for name in {**change.before, **change.after}
               if change.before.get(name) != change.after.get(name)}]
             for change in sorted(changes, key=lambda change: change.address)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()
