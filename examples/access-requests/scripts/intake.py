"""Turns an event of GitHub into a file under requests/.

    intake.py EVENT_FILE OUTPUT_FILE REFUSAL_FILE

EVENT_FILE is the event as the runner stores it ($GITHUB_EVENT_PATH): a labelled issue made with the form, or a
repository_dispatch with the same fields in client_payload.request. OUTPUT_FILE receives file=, number= and reference=
lines of harmless characters. A request that breaks a rule ends with code 1 and the reason in REFUSAL_FILE.
"""

import datetime
import os
import pathlib
import re
import sys

import rules

LARGEST_EVENT = 4 * 1024 * 1024
LARGEST_BODY = 16 * 1024

# The headings a form writes into the body of an issue, in this order. .github/ISSUE_TEMPLATE/guest.yml and
# .gitlab/issue_templates/guest.md have them as labels.
HEADINGS = {rules.schema()["properties"][name]["title"]: name for name in rules.ASKED}

NO_ANSWER = "_No response_"


def from_body(body):
    """Reads the fields from the body of an issue. Every heading is there once, and nothing before the first."""
    if not isinstance(body, str) or len(body) > LARGEST_BODY:
        raise rules.Refused("The issue is empty, or far too long.")
    fields, name = {}, None
    for line in body.replace("\r\n", "\n").split("\n"):
        if line.startswith("### "):
            name = HEADINGS.get(line[4:].strip())
            if name is None or name in fields:
                raise rules.Refused("The issue has a heading that is not in the form, or one of them twice.")
            fields[name] = []
        elif name is not None:
            fields[name].append(line)
        elif line.strip():
            raise rules.Refused("The issue was not made with the form.")
    if list(fields) != list(HEADINGS.values()):
        raise rules.Refused("The issue was not made with the form: a heading is missing or out of order.")
    values = {}
    for name, lines in fields.items():
        text = "\n".join(lines).strip()
        if name == "justification":
            # The only field of several lines. Other characters that break lines are refused later.
            text = " ".join(line.strip() for line in text.split("\n") if line.strip())
        if text not in ("", NO_ANSWER):
            values[name] = text
    return values


def from_event(event):
    """Returns the fields of an event, and the record of who asked, where."""
    if not isinstance(event, dict):
        raise rules.Refused("It is no event.")
    if "client_payload" in event:
        payload = event["client_payload"]
        if not isinstance(payload, dict) or set(payload) != {"request"}:
            raise rules.Refused("client_payload is to hold one thing, request.")
        fields = payload["request"]
        if not isinstance(fields, dict):
            raise rules.Refused("It is no set of fields.")
        sender = event.get("sender", {}).get("login", "")
        return fields, {"requested_by": str(sender), "reference": "web form"}, ""
    issue = event.get("issue")
    if not isinstance(issue, dict) or not isinstance(issue.get("number"), int):
        raise rules.Refused("It is no event of an issue.")
    number = issue["number"]
    return (from_body(issue.get("body")),
            {"requested_by": str(issue.get("user", {}).get("login", "")), "reference": f"issue {number}"},
            str(number))


def place(fields, record, today, folder=rules.REQUESTS):
    """Checks a request and writes its file. Returns the file's name; a guest who has a file already keeps it."""
    rules.check(fields, partial=True)
    rules.check_period(fields, today)
    request = {**fields, **record}
    rules.check(request)
    name = rules.file_name(request["email"])
    for other, existing in rules.read_all(folder).items():
        if existing["email"].lower() == request["email"].lower():
            name = other
        elif other == name:
            raise rules.Refused("Somebody who had this address when first requested has moved to another one. Edit the files by hand.")
    (folder / name).write_text(rules.write(request), encoding="utf-8")
    return name


def main(event_file, output_file, refusal_file):
    event_file = pathlib.Path(event_file)
    try:
        if event_file.stat().st_size > LARGEST_EVENT:
            raise rules.Refused("The event is far too large.")
        fields, record, number = from_event(rules.load_json(event_file.read_text(encoding="utf-8")))
        name = place(fields, record, datetime.datetime.now(datetime.timezone.utc).date())
    except rules.Refused as refused:
        text = f"This request cannot be taken. {refused}\n\nEdit it, remove the label and have it set again.\n"
        pathlib.Path(refusal_file).write_text(text, encoding="utf-8")
        print("The request was refused.")
        return 1
    if not rules.FILE_NAME.fullmatch(name) or not re.fullmatch("[0-9]*", number):
        raise AssertionError("an output has characters it must not have")
    with open(output_file, "a", encoding="utf-8") as output:
        output.write(f"file=requests/{name}\nnumber={number}\nbranch=request/{name.removesuffix('.yaml')}\n")
    print("The request was written to a file.")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(*sys.argv[1:]))
