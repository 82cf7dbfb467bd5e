"""Writes what a plan will do to whom, as Markdown that needs no knowledge of Terraform.

    comment.py PLAN_JSONL [PLAN_JSON]     the comment, on standard output; without PLAN_JSON the plan has failed
    comment.py --digest PLAN_JSON         a hash of what is going to happen; empty if nothing is
"""

import pathlib
import sys

import plan as plans
from markup import LARGEST, block, code, size, table

MOST_MESSAGES = 12

LEAVING = {
    "delete": "deleted; can be restored for 30 days", "purge": "deleted for good", "disable": "disabled",
    "keep": "left as they are",
}


def leaving(change):
    """Says what becomes of a guest who is let go."""
    way = change.before.get("on_destroy") or "auto"
    if way == "auto":
        way = "delete" if change.before.get("origin") == "invited" else "disable"
    return LEAVING.get(way, "unknown")


def day(moment):
    return moment[:10] if isinstance(moment, str) else None


class Comment:
    """Collects the rows of each section."""

    def __init__(self, changes, groups):
        self.groups = groups
        self.guests = [change for change in changes if change.type == plans.GUEST]
        self.memberships = [change for change in changes if change.type == plans.MEMBERSHIP]
        self.others = [change for change in changes if change.type not in (plans.GUEST, plans.MEMBERSHIP)]

    def access(self, change):
        """Names the groups a guest joins in this plan."""
        joined = [self.group(membership.after) for membership in self.memberships
                  if membership.key == change.key and "create" in membership.actions]
        return ", ".join(joined) or "–"

    def group(self, values):
        identifier = values.get("group_id")
        return code(self.groups.get(identifier, identifier))

    def arriving(self, origin):
        """Rows of guests who come: invited ones have an origin that is known only after apply."""
        return [[code(change.after.get("email")), code(change.after.get("display_name")),
                 code(change.after.get("company_name")), self.access(change), code(day(change.after.get("expires_at"))),
                 code(change.after.get("justification"))]
                for change in self.guests if change.actions == ("create",) and change.after.get("origin") == origin]

    def changing(self):
        rows = []
        for change in self.guests:
            if change.actions != ("update",) or change.imported or change.expires:
                continue
            what = differences(change)
            if what or not change.ends:
                rows.append([code(change.before.get("email")), what or "a step of an earlier run is finished"])
        return rows

    def imported(self):
        return [[code(change.after.get("email")), differences(change) or "nothing changes"]
                for change in self.guests if change.imported]

    def forgotten(self):
        return [[code(change.before.get("email")), code(change.before.get("display_name"))]
                for change in self.guests if "forget" in change.actions]

    def expiring(self):
        return [[code(change.after.get("email")), code(change.after.get("display_name")),
                 code(day(change.after.get("expires_at")))] for change in self.guests if change.ends]

    def going(self):
        return [[code(change.before.get("email")), code(change.before.get("display_name")), leaving(change)]
                for change in self.guests if "delete" in change.actions]

    def memberships_alone(self):
        """Rows of memberships that do not simply come with their guest."""
        arriving = {change.key for change in self.guests if change.actions == ("create",)}
        rows = []
        for change in self.memberships:
            who = code(change.email or change.after.get("member_id") or change.before.get("member_id"))
            joins, leaves = "create" in change.actions, "delete" in change.actions
            if joins and change.key in arriving and not leaves:
                continue
            if change.imported:
                rows.append([who, "is in it, and is managed from now on", self.group(change.after)])
            if "forget" in change.actions:
                rows.append([who, "stays, and is not managed any more", self.group(change.before)])
            if leaves:
                rows.append([who, "leaves", self.group(change.before)])
            if joins:
                rows.append([who, "joins", self.group(change.after)])
            if change.actions == ("update",):
                before, after = change.before.get("active"), change.after.get("active")
                until = f"stays, until {code(day(change.after.get('expires_at')))}"
                rows.append([who, "leaves" if after is False else until if before is True else "joins",
                             self.group(change.after)])
        return rows

    def sections(self):
        guest = ["Who", "Name", "Company", "Access", "Until", "Why"]
        yield "Will be invited", guest, self.arriving(None)
        yield "Are in the tenant already and will be taken over", guest, self.arriving("adopted")
        yield "Were deleted and will be restored", guest, self.arriving("restored")
        yield "Are in the tenant already and will be imported", ["Who", "What"], self.imported()
        yield "Will be changed", ["Who", "What"], self.changing()
        yield "Time is over: will be disabled", ["Who", "Name", "Last day"], self.expiring()
        yield "Will be let go", ["Who", "Name", "What becomes of the account"], self.going()
        yield "Will be forgotten: stay as they are, without an end", ["Who", "Name"], self.forgotten()
        yield "Groups", ["Who", "What", "Group"], self.memberships_alone()
        yield "Other changes", ["Resource", "Action"], [[code(change.address), code(" and ".join(change.actions))]
                                                        for change in self.others]

    def text(self, room):
        """Returns the sections. Headings and what stands around tables are few, and not counted."""
        parts = []
        for title, headings, rows in self.sections():
            if rows:
                parts += [f"### {title} ({len(rows)})", table(headings, rows, room)]
                room -= size(parts[-1])
        return parts or ["Nothing will change."]


def differences(change):
    """Says what is going to differ, without what an end has brought about."""
    told = [f"{label}: {code(before)} → {code(after)}" for name, label, before, after in change.differences()
            if not (change.ends and name == "account_enabled")]
    # The attribute `name` repeats the address.
    others = sorted(change.changed - change.unknown - set(plans.LABELS) - plans.FOLLOWS - {"name"})
    return "; ".join(told + [f"also {code(name)}" for name in others])


def messages(found):
    parts = []
    for severity, title in (("error", "Errors"), ("warning", "Warnings")):
        chosen = [item for item in found if item[0] == severity]
        if not chosen:
            continue
        parts.append(f"### {title} ({len(chosen)})")
        parts += [block(f"{summary}\n\n{detail}".strip()) for _, summary, detail in chosen[:MOST_MESSAGES]]
        if len(chosen) > MOST_MESSAGES:
            parts.append(f"and {len(chosen) - MOST_MESSAGES} more.")
    return parts


def comment(output, plan=None):
    """Returns the comment for the output of `terraform plan -json` and the plan as `terraform show -json` prints it."""
    found = plans.diagnostics(output)
    if plan is None:
        return "\n\n".join(["## The run failed", "Put this right and run it again.", *messages(found)]) + "\n"
    told = messages(found)
    parts = ["## What merging this will do", *Comment(*plans.load(plan)).text(LARGEST - size("".join(told))), *told]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if sys.argv[1] == "--digest":
        planned, _ = plans.load(sys.argv[2])
        print(plans.digest(planned) if planned else "")
    else:
        has_plan = len(sys.argv) > 2 and pathlib.Path(sys.argv[2]).is_file()
        sys.stdout.write(comment(sys.argv[1], sys.argv[2] if has_plan else None))
