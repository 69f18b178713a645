"""What is typed as evidence and hours, read."""

from decimal import Decimal, InvalidOperation

import click

from worker.cli.language import _

HUNDREDTHS = 100


def read_evidence(words: tuple[str, ...]) -> dict[str, str | list[str]]:
    """NAME=VALUE words as fields; a name given several times holds a list."""
    fields: dict[str, str | list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(_("'{word}' is not NAME=VALUE").format(word=word))
        before = fields.get(name.strip())
        if before is None:
            fields[name.strip()] = value
        else:
            fields[name.strip()] = [*(before if isinstance(before, list) else [before]), value]
    return fields


def read_hours(text: str) -> int:
    """Hours in hundredths: "1.5" is 150. More than two decimals, nothing or less are used wrongly."""
    try:
        amount = Decimal(text) * HUNDREDTHS
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount <= 0 or amount != int(amount) or amount > 1_000_000:
        raise click.UsageError(_("'{hours}' is not a number of hours, like 4 or 1.5").format(hours=text))
    return int(amount)


def read_fields(words: tuple[str, ...]) -> dict[str, list[str]]:
    """NAME=VALUE words as lists of values; commas and 、 separate several."""
    found: dict[str, list[str]] = {}
    for name, value in read_evidence(words).items():
        values = [value] if isinstance(value, str) else value
        found[name] = [part.strip() for each in values for part in each.replace("、", ",").split(",")]
    return found


def read_count(text: str) -> int:
    """A whole number of times in hundredths: "2" is 200."""
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise click.UsageError(_("'{count}' is not how many times, like 1").format(count=text))
    return int(text) * HUNDREDTHS
