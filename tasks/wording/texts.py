"""Messages as people read them: payloads in, a title and a body out, from one template for each shape and language.

A shape is: one duty, one list of people, several duties, a group's post, an overdue summary. Only the environment of persons' messages
knows the place of the link; a group's template that asked for it would not render. Bodies keep within what every chat channel takes.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import assert_never

from jinja2 import Environment

from schedules.words import Gettext
from tasks.catalogs import LANGUAGES, translations
from tasks.delivery.links import LINK
from tasks.delivery.payloads import (
    GroupMessage,
    MessagePayload,
    MissingYearMessage,
    MovedMessage,
    PersonMessage,
    RankingMessage,
    ReminderLine,
    Rendered,
    SummaryMessage,
    plain,
)
from tasks.wording.fitting import LIMIT, fit, render, size
from tasks.wording.message_templates import environment
from tasks.wording.plain_lines import contact_of, for_group, for_reader
from tasks.wording.summary_shapes import ranking, summary

__all__ = ["LIMIT", "LINK", "Texts", "size", "standard"]

Entry = tuple[ReminderLine, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The templates of one language: for persons, and for groups, where `link` is unknown."""

    personal: Environment
    public: Environment


class Texts:
    """Every text in every language; built once for a process."""

    def __init__(self, *, default: str = "zh_CN", entrance: str = "") -> None:
        self.default = known_language(default, "zh_CN")
        self._shelves = {
            language: _Shelf(environment(language, link=LINK), environment(language, entrance=entrance))
            for language in LANGUAGES
        }

    @classmethod
    def load(cls, language: str = "zh_CN", *, entrance: str = "") -> "Texts":
        """Parse templates and compile catalogues; `language` serves readers who have none, `entrance` stands in groups."""
        for each in LANGUAGES:
            translations(each)
        return cls(default=language, entrance=entrance)

    def gettext(self, lang: str | None) -> Gettext:
        """The catalogue of a language, or of the default where there is no such catalogue."""
        return translations(known_language(lang, self.default)).gettext

    def ngettext(self, lang: str | None) -> Callable[[str, str, int], str]:
        """The same for sentences with a number."""
        return translations(known_language(lang, self.default)).ngettext

    def message(self, payload: MessagePayload, lang: str | None) -> Rendered:
        """Render a message. Its body keeps within LIMIT once the address is in it."""
        shelf = self._shelves[known_language(lang, self.default)]
        match payload:
            case PersonMessage():
                return _person(shelf.personal, payload)
            case GroupMessage():
                return _group(shelf.public, payload)
            case SummaryMessage():
                return summary(shelf.personal, payload)
            case MissingYearMessage():
                return render(shelf.public, "missing_year.txt", {"message": payload})
            case MovedMessage():
                return _moved(shelf.personal, payload)
            case RankingMessage():
                return ranking(shelf.personal, payload)
            case _:
                assert_never(payload)

    def sealed(self, lang: str | None) -> Rendered:
        """That there is a duty, and nothing else: of what is sealed, and of what may not be said on the channel at hand."""
        shared = {"recipient": "", "sealed": 1, "trial_for": ""}
        return render(self._shelves[known_language(lang, self.default)].personal, "sealed.txt", shared)

    def trial(self, body: str, name: str, lang: str | None) -> str:
        """The body under the heading of a trial: whom it would have gone to."""
        words = self._shelves[known_language(lang, self.default)].public.get_template("words.txt").module
        heading: str = words.trial(plain(name))  # type: ignore[attr-defined]  # a macro of the template
        return f"{heading}\n{body}"


def known_language(lang: str | None, default: str) -> str:
    """The catalogue for a language tag such as "zh", "zh-CN" or "en_GB"."""
    wanted = (lang or default).replace("-", "_").lower()
    return next(
        (known for known in LANGUAGES if known.lower().split("_")[0] == wanted.split("_")[0]), default
    )


@lru_cache(maxsize=1)
def standard() -> Texts:
    """The texts as they are shipped, for use cases that write a text in the database and are handed none."""
    return Texts.load()


# ── shapes ────────────────────────────────────────────────────
def _person(templates: Environment, message: PersonMessage) -> Rendered:
    cleaned = [for_reader(line, overheard=message.overheard) for line in message.lines]
    lines = [replace(line, own=_owes(line, plain(message.recipient_name))) for line in cleaned]
    sealed = sum(1 for line in lines if line.privacy == "sealed")
    entries = _entries([line for line in lines if line.privacy != "sealed"], _same_list)
    shared = {
        "recipient": plain(message.recipient_name), "contact": contact_of(message.contact), "sealed": sealed, "tz": message.tz,
        "trial_for": plain(message.trial_for or ""),
    }  # fmt: skip
    if not entries:
        return render(templates, "sealed.txt", shared)
    if len(entries) > 1 or sealed:
        count = sum(len(lines) if lines[0].own else 1 for lines in entries) + sealed
        return fit(
            lambda n: render(
                templates, "digest.txt", {**shared, "entries": entries, "count": count, "shown": n}
            ),
            len(entries),
            whole=message.whole,
        )
    lines = list(entries[0])
    if len(lines) > 1 or lines[0].as_list:
        several = len({(line.title, line.subject) for line in lines}) > 1
        return fit(
            lambda n: render(
                templates, "list.txt", {**shared, "lines": lines, "several": several, "shown": n}
            ),
            len(lines),
            whole=message.whole,
        )
    return render(templates, "single.txt", {**shared, "line": lines[0]})


def _group(templates: Environment, message: GroupMessage) -> Rendered:
    lines = [for_group(line, released=message.released) for line in message.lines]
    sealed = sum(1 for line in lines if line.privacy == "sealed")
    entries = _entries([line for line in lines if line.privacy != "sealed"], _same_duty)
    shared = {
        "entries": entries, "sealed": sealed, "tz": message.tz, "named": message.released,
        "contact": replace(contact_of(message.contact), phone=""), "trial_for": plain(message.trial_for or ""),
    }  # fmt: skip
    return fit(lambda n: render(templates, "group.txt", {**shared, "shown": n}), len(entries))


def _moved(templates: Environment, message: MovedMessage) -> Rendered:
    """Days that moved, the nearest first; of what is sealed only how many."""
    open_ones = sorted(
        (line for line in message.lines if not line.sealed), key=lambda line: line.new or line.old
    )
    lines = [replace(line, title=plain(line.title), part_title=plain(line.part_title)) for line in open_ones]
    values = {
        "lines": lines, "sealed": len(message.lines) - len(lines), "reasons": [plain(each) for each in message.reasons],
        "today": message.today, "contact": contact_of(message.contact),
    }  # fmt: skip
    return fit(lambda n: render(templates, "moved.txt", {**values, "shown": n}), len(lines))


# ── what belongs together ─────────────────────────────────────
def _same_list(line: ReminderLine) -> tuple[object, ...]:
    """Other people's duties of one kind make one entry; what one owes oneself stands alone."""
    if line.as_list:
        return (
            line.schedule_key,
            line.part,
            line.phase,
            line.anchor,
            line.anchor_on,
            line.threshold,
            line.to_kind,
        )
    if not line.own:
        return (
            line.schedule_key,
            line.occurrence_key,
            line.part,
            line.due_on,
            line.threshold,
            line.to_kind,
            line.variant,
            str(line.notice),
            line.unsigned,
        )
    return (id(line),)


def _same_duty(line: ReminderLine) -> tuple[object, ...]:
    return line.schedule_key, line.occurrence_key, line.part, line.due_on


def _entries(lines: Sequence[ReminderLine], key: Callable[[ReminderLine], tuple[object, ...]]) -> list[Entry]:
    """Lines put together by `key`, the most urgent first."""
    found: dict[tuple[object, ...], list[ReminderLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.day, line.schedule_key)):
        found[key(line)].append(line)
    return [tuple(lines) for lines in found.values()]


def _owes(line: ReminderLine, recipient: str) -> bool:
    """Whether the reader owes it: not told as a supervisor, nor as the keeper of what another person owes."""
    another = line.party_kind == "person" and line.party_title not in ("", recipient) and not line.stands_for
    return line.own and not line.supervised and not another
