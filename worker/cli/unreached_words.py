"""Whom no channel reaches, in sentences for a clerk."""

from collections.abc import Iterator, Sequence

from schedules.channels import FIELD_WORDS, Unreached
from worker.cli.language import _

Lacks = tuple[frozenset[str], ...]


def sentences(found: Sequence[Unreached]) -> Iterator[str]:
    """One sentence for all who lack the same, every one of them by name and id."""
    by_lack: dict[Lacks, list[str]] = {}
    for each in found:
        name = _("{name} ({id})").format(name=each.person.name, id=each.person.id)
        by_lack.setdefault(each.lacks, []).append(name)
    for lacks, names in by_lack.items():
        yield _("No channel reaches {people}: the roster has no {fields}.").format(
            people=_(", ").join(names), fields=in_words(lacks)
        )


def in_words(lacks: Lacks) -> str:
    """What is missing: any one of several sets of fields would do."""
    return _(" and no ").join(
        _(" with ").join(FIELD_WORDS[name].text(_) for name in sorted(fields)) for fields in lacks if fields
    )
