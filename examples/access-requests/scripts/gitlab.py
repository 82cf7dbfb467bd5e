"""The part of the flow that GitHub's runner and command line do there, with GitLab's API.

    gitlab.py requests       opens a merge request for every issue that a member has labelled
    gitlab.py outside        opens one for the request in the variable REQUEST: JSON, in base64 because GitLab puts
                             the value of a variable in place of $NAME in another one
    gitlab.py note FILE      writes FILE as the comment of the merge request, or renews it
    gitlab.py pending FILE   keeps one open issue with the text of FILE; closes it when there is no FILE

The token is GITLAB_TOKEN. Text of requests is sent in JSON bodies only.
"""

import base64
import datetime
import json
import os
import pathlib
import sys
import urllib.parse
import urllib.request

import intake
import rules

APPROVED, REVIEWED, PENDING = "guest-approved", "guest-in-review", "pending-invitations"

# Developers may push; whoever may not, may not let a request in.
DEVELOPER = 30

MARK = "\n<!-- plan -->\n"


def call(method, path, /, body=None, **query):
    """Sends one request to the API of this project. Answers are read as JSON."""
    url = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}{path}"
    if query:
        url += "?" + urllib.parse.urlencode(query)
    data = None if body is None else json.dumps(body).encode("utf-8")
    request = urllib.request.Request(url, data=data, method=method, headers={
        "PRIVATE-TOKEN": os.environ["GITLAB_TOKEN"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = response.read()
    return json.loads(answer) if answer else None


def pages(path, /, **query):
    """Reads a list to its end."""
    page = 1
    while True:
        found = call("GET", path, page=page, per_page=100, **query)
        yield from found
        if len(found) < 100:
            return
        page += 1


def member_approved(number):
    """Tells whether whoever set the label last may push to this project."""
    who = None
    for event in pages(f"/issues/{number}/resource_label_events"):
        if (event.get("label") or {}).get("name") == APPROVED:
            # The user is null once deleted.
            who = (event.get("user") or {}).get("id") if event["action"] == "add" else None
    if who is None:
        return False
    return any(member["id"] == who and member["access_level"] >= DEVELOPER for member in pages("/members/all"))


def open_merge_request(name, closes):
    """Commits the file to a branch of its own and opens a merge request.

    Without an issue to close nobody of the team has seen the request yet: it never changes a merge request that is
    open, which somebody may be looking at or have approved.
    """
    base, path = os.environ["CI_DEFAULT_BRANCH"], f"requests/{name}"
    branch = f"request/{name.removesuffix('.yaml')}"
    found = call("GET", "/merge_requests", source_branch=branch, state="opened")
    if found and not closes:
        raise rules.Refused("A merge request about this guest is open. Merge or close it, and have the request sent again.")
    tree = {entry["name"] for entry in pages("/repository/tree", path="requests", ref=base)}
    call("POST", "/repository/commits", {
        "branch": branch, "start_branch": base, "force": True, "commit_message": "Request a guest",
        "actions": [{"action": "update" if name in tree else "create", "file_path": path,
                     "content": (rules.ROOT / path).read_text(encoding="utf-8")}]})
    if not found:
        call("POST", "/merge_requests", {
            "source_branch": branch, "target_branch": base, "remove_source_branch": True,
            "title": f"Guest request {name.removesuffix('.yaml')}",
            "description": f"Closes #{closes}" if closes else "Requested with the form outside."})


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def take(issue):
    """Opens the merge request of one issue, or says on the issue why not."""
    number = int(issue["iid"])
    if not member_approved(number):
        print(f"Issue {number}: the label was set by somebody who may not push here.")
        call("PUT", f"/issues/{number}", {"remove_labels": APPROVED})
        return
    try:
        name = intake.place(intake.from_body(issue["description"]),
                            {"requested_by": issue["author"]["username"], "reference": f"issue {number}"}, today())
    except rules.Refused as refused:
        print(f"Issue {number}: refused.")
        call("POST", f"/issues/{number}/notes", {"body": f"This request cannot be taken. {refused}"})
        call("PUT", f"/issues/{number}", {"remove_labels": APPROVED})
        return
    open_merge_request(name, number)
    call("PUT", f"/issues/{number}", {"add_labels": REVIEWED, "remove_labels": APPROVED})
    print(f"Issue {number}: a merge request is open.")


def take_all():
    """Takes every labelled issue. One that fails does not keep the others waiting, but fails the run."""
    code = 0
    for issue in list(pages("/issues", state="opened", labels=APPROVED)):
        before = {path: path.read_bytes() for path in rules.REQUESTS.glob("*.yaml")}
        try:
            take(issue)
        except Exception as error:  # the text of an error may repeat the request
            print(f"Issue {int(issue['iid'])}: failed, {type(error).__name__}.")
            code = 1
        # The next request starts from the default branch again.
        for path in rules.REQUESTS.glob("*.yaml"):
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
    return code


def outside():
    text = os.environ.get("REQUEST", "")
    try:
        if len(text) > intake.LARGEST_BODY:
            raise rules.Refused("It is far too long.")
        name = intake.place(rules.load_json(decode(text)), {"requested_by": "form", "reference": "web form"}, today())
        open_merge_request(name, None)
    except rules.Refused as refused:
        print(f"The request was refused. {refused}")
        return 1
    return 0


def decode(text):
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError as error:
        raise rules.Refused("It is not in base64.") from error


def note(file):
    path = f"/merge_requests/{int(os.environ['CI_MERGE_REQUEST_IID'])}/notes"
    text = pathlib.Path(file).read_text(encoding="utf-8") + MARK
    for existing in pages(path):
        if existing["body"].rstrip().endswith(MARK.strip()) and not existing["system"]:
            call("PUT", f"{path}/{int(existing['id'])}", {"body": text})
            return
    call("POST", path, {"body": text})


def pending(file):
    found = call("GET", "/issues", state="opened", labels=PENDING)
    path = pathlib.Path(file)
    if path.is_file():
        body = {"title": "Invitations pending for more than 14 days", "labels": PENDING,
                "description": path.read_text(encoding="utf-8")}
        if found:
            call("PUT", f"/issues/{int(found[0]['iid'])}", body)
        else:
            call("POST", "/issues", body | {"confidential": True})
    elif found:
        call("PUT", f"/issues/{int(found[0]['iid'])}", {"state_event": "close"})


def main(command, *arguments):
    if command == "requests":
        return take_all()
    if command == "outside":
        return outside()
    {"note": note, "pending": pending}[command](*arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
