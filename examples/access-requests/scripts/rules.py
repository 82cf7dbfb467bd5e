"""What a request is: its fields and their rules, and the file it is written to.

Standard library only, so that it runs on any runner without installing anything. A request is written by strangers:
no text of it is ever printed, put into a command line, or used as a file name.
"""

import datetime
import hashlib
import json
import pathlib
import re
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "request.schema.json"
GROUPS = ROOT / "groups.auto.tfvars.json"
REQUESTS = ROOT / "requests"

# The configuration in the root. A file of another name that Terraform or OpenTofu would read could send tokens to another
# host, run programs or give other groups the names of these: add it here when you mean it.
CONFIGURATION = {"backend.tf", "groups.auto.tfvars.json", "main.tf"}
READ = re.compile(r".*\.(tf|tofu|tfvars)(\.json)?", re.ASCII | re.DOTALL | re.IGNORECASE)

# The fields a request may set. The others are written by the workflow.
ASKED = ("email", "display_name", "company_name", "job_title", "access", "expires_on", "justification")

# The longest time a request may ask for, in days.
LONGEST = 366

FILE_NAME = re.compile(r"[0-9a-f]{32}\.yaml")
LARGEST_FILE = 8 * 1024

KEYWORDS = {"type", "title", "description", "minLength", "maxLength", "pattern", "format"}


class Refused(Exception):
    """A request that breaks a rule. The message names the field and the rule, never what was written."""


def unique(pairs):
    """Reads a JSON object in which a name given twice is an error."""
    result = {}
    for name, value in pairs:
        if name in result:
            raise Refused("A field is given twice.")
        result[name] = value
    return result


def load_json(text):
    """Reads JSON strictly: no name twice, no NaN."""
    def refuse(_):
        raise Refused("It is no valid JSON.")
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Refused("It is no valid JSON.") from error


def schema():
    """Returns the JSON schema of a request."""
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def groups():
    """Returns the names of the groups a request may ask for."""
    return set(json.loads(GROUPS.read_text(encoding="utf-8"))["groups"])


def hostile(text):
    """Tells whether text has control, formatting, private or unassigned characters, or breaks the line."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in text)


def check(request, partial=False):
    """Refuses what breaks the schema, or rules that a schema cannot state. partial: only the fields of a request."""
    wanted = schema()
    if not isinstance(request, dict):
        raise Refused("It is no set of fields.")
    allowed = set(ASKED) if partial else set(wanted["properties"])
    if set(request) - allowed:
        raise Refused("It has a field that is not in the schema.")
    for name in wanted["required"]:
        if name not in request and name in allowed:
            raise Refused(f"{name} is missing.")
    for name, value in request.items():
        check_field(name, value, wanted["properties"][name])
    if request["access"] not in groups():
        raise Refused("access is none of the groups that can be asked for.")


def check_field(name, value, rule):
    """Checks one value by its schema. A keyword this function does not know is an error, never ignored."""
    unknown = set(rule) - KEYWORDS
    if unknown or rule["type"] != "string" or rule.get("format", "date") != "date":
        raise NotImplementedError(f"request.schema.json: {name} uses a rule that rules.py does not know")
    if not isinstance(value, str):
        raise Refused(f"{name} is no text.")
    # The length first: a pattern is never tried on a megabyte.
    if len(value) > rule["maxLength"]:
        raise Refused(f"{name} is longer than {rule['maxLength']} characters.")
    if len(value) < rule.get("minLength", 1):
        raise Refused(f"{name} is shorter than {rule.get('minLength', 1)} characters.")
    if value != value.strip() or hostile(value):
        raise Refused(f"{name} has blanks around it, or control, line break or formatting characters.")
    if "pattern" in rule and not re.fullmatch(rule["pattern"], value, re.ASCII):
        raise Refused(f"{name} does not have the form the schema asks for.")
    if "format" in rule:
        try:
            datetime.date.fromisoformat(value)
        except ValueError as error:
            raise Refused(f"{name} is no date.") from error


def check_period(request, today):
    """Refuses a last day that is over, or too far away. For new requests only: files grow old."""
    last = datetime.date.fromisoformat(request["expires_on"])
    if last < today:
        raise Refused("expires_on is in the past.")
    if last > today + datetime.timedelta(days=LONGEST):
        raise Refused(f"expires_on is more than {LONGEST} days away.")


def file_name(email):
    """Returns the name of the file for an address: a hash, so that no address becomes a path."""
    return hashlib.sha256(email.strip().lower().encode("utf-8")).hexdigest()[:32] + ".yaml"


def write(request):
    """Returns the text of a file: one field per line, each value a JSON string, which is a YAML string as well."""
    lines = ["# yaml-language-server: $schema=../request.schema.json"]
    lines += [f"{name}: {json.dumps(request[name], ensure_ascii=False)}"
              for name in schema()["properties"] if name in request]
    text = "\n".join(lines) + "\n"
    if read(text) != request:
        raise AssertionError("what was written reads differently")
    return text


LINE = re.compile(r'([a-z_]+): ("(?:[^"\\\x00-\x1f]|\\["\\])*")')


def read(text):
    """Reads the text of a file. It is YAML of the simplest kind: no anchors, tags, lists or multi-line values.

    What this function and a YAML parser could read differently is refused, other escapes than \\" and \\\\ included.
    """
    request = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if not match:
            raise Refused(f'Line {number} is not of the form  name: "value".')
        name, value = match.groups()
        if name in request:
            raise Refused(f"Line {number} gives a field twice.")
        request[name] = load_json(value)
    return request


def check_configuration(root=ROOT):
    """Refuses configuration that is not expected, and what could stand in for the files of another folder."""
    for path in root.iterdir():
        if path.is_symlink() or (READ.fullmatch(path.name) and path.name not in CONFIGURATION):
            raise Refused("The root has configuration that CONFIGURATION in scripts/rules.py does not name, or a link.")


def read_all(folder=REQUESTS):
    """Reads and checks every file of the folder. Returns requests by file name."""
    requests, addresses = {}, {}
    for path in sorted(folder.iterdir()):
        if path.name == "README.md":
            continue
        if path.is_symlink() or not path.is_file() or not FILE_NAME.fullmatch(path.name):
            raise Refused("requests/ has something in it that is no request: a file is named after a hash of its address.")
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise Refused("It is too large.")
            request = read(path.read_text(encoding="utf-8"))
            check(request)
        except (Refused, UnicodeDecodeError) as error:
            reason = error if isinstance(error, Refused) else "It is no UTF-8."
            raise Refused(f"requests/{path.name}: {reason}") from error
        address = request["email"].lower()
        if address in addresses:
            raise Refused(f"requests/{path.name} and requests/{addresses[address]} are about the same address.")
        addresses[address] = path.name
        requests[path.name] = request
    return requests
