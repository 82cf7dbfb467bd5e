"""Checks every file under requests/ by the schema, and that Terraform finds no other configuration than it should.

Ends with code 1 and names the file and the rule.
"""

import sys

import rules

if __name__ == "__main__":
    try:
        rules.check_configuration()
        found = rules.read_all()
    except rules.Refused as refused:
        print(f"Refused: {refused}")
        sys.exit(1)
    print(f"{len(found)} requests, all in order.")
