"""The kind of a mistake, for programs: a word that stays when the sentence beside it is worded anew. docs/check.md lists them."""

import re

from schedules.words import Words

# The first pattern that a sentence's English form holds tells its kind.
_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("secret", r"stands? here in clear|citizen numbers"),
        ("encoding", r"not UTF-8|no text, whatever|character that YAML|invisible character|the file is \{encoding\}"),
        ("full-width", r"full-width|'\{found\}' holds \{wide\}"),
        ("syntax", r"not YAML|not closed|not JSON|indent|Tab|': ' where|without ': '|text that begins|no space after|a second document|"
                   r"refers to another|marks a place|'<<'|the tag|a key must|a comma|bracket|closing quote|double quotes|holds entries|"
                   r"not a holiday notice|not an xlsx|no workbook|damaged|no table"),
        ("too-much", r"too large|characters long|more than \{n\}|too long|too many entries|has \{n\} entries|nested more than"),
        ("duplicate-id", r"already taken|the same people|two (?:rows|people) have|the same certificate|the year \{year\} is already"),
        ("duplicate", r"stands here twice|have the same title|stands in the report already"),
        ("unknown-key", r"unknown key"),
        ("never", r"never fires|never ends by itself|is never sent|nothing to count from|fits this schedule|before it begins|"
                  r"opens nothing any more|nothing counts to|not known when"),
        ("missing", r"is missing|are missing|needs exactly one|needs '\{other\}' beside|the cell is empty|is empty$|there is no column|"
                    r"there is no office\.yaml|there is no roster|there is no calendar|there is no schedule in this|the table has no rows|"
                    r"the level '\{level\}' needs|needs '\{option\}'|needs a reason|names neither|names no day|must name two"),
        ("conflict", r"do not go together|does not go with|only goes with|needs at most one|no key 'id'|comes from the cron"),
        ("unquoted", r"in quotes|without quotes"),
        ("channel", r"sends in clear|would not be sent|there is no field \{name\}|a message has no|begins with a service|is not enabled|"
                    r"Apprise has no|no service for offices|is not allowed in a channel|'base' must|a group has no|posts to a whole|"
                    r"is for people|is for groups"),
        ("unknown-name", r"there is no (person|role|unit|schedule|register|ladder|channel|file|step|field|figure|language|state|type|kind)|"
                         r"has no (step|field|\{kind\})|have no field|records no|nothing records|no figure|has no group|who' has no"),
        ("nobody", r"nobody|names nobody|has no head|none of these units"),
        ("circle", r"in a circle"),
        ("cycle", r"comes? round"),
        ("unreachable", r"no channel reaches|would get"),
        ("quiet-hours", r"quiet hours"),
        ("provisional", r"announced up to"),
        ("cron", r"\bcron\b|five fields"),
        ("term", r"a term|'(n|roll|unit)' must|say 'days'|has no unit|has no number|has a sign|the number must|several terms|unknown unit|"
                 r"'0 workdays'|is longer than|no pace"),
        ("date", r"is not a date|no day \{found\}|a day of|outside the notice|out of reach|needs \"date\"|isOffDay|whether the day"),
        ("time", r"time of day|time zone|must rise"),
        ("number", r"mobile number|mail address|WeCom id|no number of"),
        ("type", r"must be|must have|must hold"),
        ("file", r"pipe|device|circles|cannot be read|folder|levels"),
    )
)  # fmt: skip
OTHER = "value"
KINDS = (*(kind for kind, _ in _KINDS), OTHER)


def kind_of(what: Words) -> str:
    """The kind of a mistake by the English form of its sentence; `value` for what is simply not allowed where it stands."""
    inner = what.fields.get("what")
    said = inner.msgid if isinstance(inner, Words) and what.msgid == "'{key}' {what}" else what.msgid
    return next((kind for kind, pattern in _KINDS if pattern.search(said)), OTHER)
