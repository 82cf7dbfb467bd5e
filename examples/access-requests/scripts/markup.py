"""Puts text of strangers into Markdown so that it shows as it is and does nothing: no link, mention, image or HTML."""

import unicodedata

LONGEST_VALUE = 80
LONGEST_BLOCK = 800

# What a comment or an issue may hold. GitHub takes 65,536 characters; counted are bytes, which are never fewer.
LARGEST = 60_000


def visible(character):
    """Returns a character, or its code where it would be invisible, turn the direction of text or end the line."""
    if unicodedata.category(character)[0] in "CZ" and character != " ":
        return f"\\u{ord(character):04x}"
    return character


def cut(text, longest):
    """Shortens text and shows that it did."""
    return text if len(text) <= longest else text[:longest] + "…"


def code(value):
    """Returns a value as a code span that fits into a cell of a table.

    Nothing inside a code span is a link, a mention or HTML. What could end the span or the cell is shown as its
    nearest relative.
    """
    if value is None or value == "":
        return "–"
    text = cut(str(value), LONGEST_VALUE)
    text = "".join(visible(character) for character in text).replace("`", "'").replace("|", "¦")
    return f"` {text} `" if text.strip() else "–"


def block(text):
    """Returns text of several lines as a code block, its fence longer than any in the text."""
    lines = ["".join(visible(character) for character in line) for line in cut(str(text), LONGEST_BLOCK).split("\n")]
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    return "\n".join([fence + "text", *lines, fence])


def size(text):
    """Returns how much of LARGEST a text takes."""
    return len(text.encode("utf-8"))


def table(headings, rows, room):
    """Returns a table of cells that code or this program has made, with as many rows as there is room for."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    for number, row in enumerate(rows):
        line = "| " + " | ".join(row) + " |"
        room -= size(line) + 1
        if room < 0:
            return "\n".join([*lines, "", f"and {len(rows) - number} more, in the plan itself."])
        lines.append(line)
    return "\n".join(lines)
