"""Which level of reach the office declares, which one it has, and what the next one needs."""

from typing import Literal

from schedules.office import OfficeSpec
from worker.cli.finding import Finding
from worker.cli.language import N_, _
from worker.settings import Settings

Level = Literal["paper", "group", "personal"]
ORDER: tuple[Level, ...] = ("paper", "group", "personal")
WORDS: dict[Level, str] = {
    "paper": N_("L0 paper: printed lists, the clerk enters what is done"),
    "group": N_("L1 group: the group's bot names who owes, links ask who reads"),
    "personal": N_("L2 personal: people get their own messages with their own links"),
}
BOT = N_("a group bot: a channel with group: true, named under reach.group")
PERSONS = N_("a channel of people's own (WeCom app, SMS or mail), named under reach.people")
ADDRESS = N_("an address that phones can open, in DUBAN_BASE_URL")


def of_reach(office: OfficeSpec, settings: Settings) -> Finding:
    """What is declared may be more than what the channels can do; what lacks is named first, then what the next level needs."""
    declared, effective = office.file.reach.level, effective_level(office, settings)
    subject = _("reach")
    said = _("Declared is {declared}.").format(declared=_(WORDS[declared]))
    missing = lacks(office, settings, declared)
    if missing and ORDER.index(effective) < ORDER.index(declared):
        return Finding(
            subject=subject, level="note",
            what=_("{said} In effect it is {effective}.").format(said=said, effective=_(WORDS[effective])),
            advice=_("It lacks: {things}").format(things=_list(missing)),
        )  # fmt: skip
    if missing:
        return Finding(
            subject=subject,
            level="note",
            what=said,
            advice=_("It lacks: {things}").format(things=_list(missing)),
        )
    if declared == ORDER[-1]:
        return Finding(subject=subject, level="fine", what=said)
    after = ORDER[ORDER.index(declared) + 1]
    wanted = lacks(office, settings, after)
    advice = (
        _("{level} would need: {things}").format(level=_(WORDS[after]), things=_list(wanted))
        if wanted
        else _("Everything for {level} is there: set reach.level to {key}").format(level=_(WORDS[after]), key=after)
    )  # fmt: skip
    return Finding(subject=subject, level="fine", what=said, advice=advice)


def effective_level(office: OfficeSpec, settings: Settings) -> Level:
    """The highest level up to the declared one that the channels and the address can carry."""
    upto = ORDER[: ORDER.index(office.file.reach.level) + 1]
    able = [level for level in upto if not _stops(office, settings, level)]
    return able[-1]


def lacks(office: OfficeSpec, settings: Settings, level: Level) -> list[str]:
    """What a level still needs, in the order in which to get it."""
    if level == "paper":
        return []
    found = [BOT] if level == "group" and not _leaves(office, office.file.reach.group) else []
    if level == "personal" and not any(_leaves(office, key) for key in office.file.reach.people):
        found.append(PERSONS)
    if not settings.entrance:
        found.append(ADDRESS)
    return found


def _stops(office: OfficeSpec, settings: Settings, level: Level) -> list[str]:
    """What keeps a level from being had at all; without an address a group is still told, only without links."""
    wanted = lacks(office, settings, level)
    return [each for each in wanted if level == "personal" or each != ADDRESS]


def _leaves(office: OfficeSpec, key: str | None) -> bool:
    """Whether a channel leaves the house; the outbox only shows what would be sent."""
    channel = office.file.channels.get(key or "")
    return channel is not None and channel.url.partition("://")[0].lower() != "outbox"


def _list(things: list[str]) -> str:
    return _("; ").join(_(each) for each in things)
