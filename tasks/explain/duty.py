"""One duty and one person on one day: told, will be told, or not told and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from models.people import PersonRow
from models.queries import explained as read
from models.queries import explained_told as records
from models.queries import pages_ledger
from models.queries.duty_page import Sent
from schedules.quiet import next_sending
from schedules.rounding import listed
from schedules.words import Words, phrase
from tasks.duties.duty import Duty
from tasks.explain.asked import Asked
from tasks.explain.fate import NOT, TOLD, WILL, Fate, Verdict, channel_words, fate_of, withdrawn
from tasks.explain.item import Item, RungSaid
from tasks.explain.rungs import Ahead, Story, ahead, audience, is_for, said, spared, story
from tasks.explain.standing import CLOSED, Reason, closed, closed_before, silence, silent
from tasks.wording.naming import HIDDEN

ORDER = {TOLD: 0, WILL: 1, NOT: 2}
NOT_PUBLIC = phrase("What is not public is explained on its own page only.")
# Sentences of these reasons carry words that people typed.
TYPED = frozenset({"waived", "withdrawn", "cancelled", "paused", "silenced", "waits-for-others"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found out: the verdict with its code and sentences, and where in the ledger it stands."""

    verdict: Verdict
    reason: str
    says: tuple[Words, ...]
    fate: Fate | None = None
    sent: Sent | None = None
    rung: RungSaid | None = None


def explain_duty(asked: Asked, duty: read.DutyRead, person: PersonRow, *, own: bool = True) -> Item:
    """Explain one duty to one person on the day in question. `own`: the person owes it."""
    whole = story(asked, duty, own=own)
    on_day = [each for each in whole.sent if asked.on_day(_instant(each))]
    mine = [each for each in on_day if is_for(asked, whole, each, person)]
    coming = list(ahead(asked, whole, person))
    found = (
        (_told(asked, whole, mine) if mine else None)
        or _by_deputy(asked, whole, [each for each in on_day if each not in mine], person)
        or _still_to_come(asked, whole, coming, person)
        or _nothing(asked, whole, coming, person)
    )
    return _item(asked, whole, person, found, coming)


def title_of(whole: Story) -> Words:
    """What the duty is called; of what is not public only that."""
    duty = whole.duty
    if whole.hidden:
        return HIDDEN
    return Duty(row=duty.row, occurrence=duty.occurrence, schedule=whole.schedule, party=duty.party).name


def _instant(sent: Sent) -> datetime:
    return sent.at if sent.line is None else sent.line.message.sent_at or sent.line.message.send_at


def _fate(asked: Asked, sent: Sent) -> Fate:
    if sent.withdrawn is not None:
        return withdrawn(sent.withdrawn)
    if sent.line is None:
        return withdrawn("unreachable")
    return fate_of(asked, sent.line, due=sent.at)


# ── what was reached on the day ───────────────────────────────
def _told(asked: Asked, whole: Story, mine: Sequence[Sent]) -> Found:
    """The best that became of the reminders of the day, and what the others came to."""
    fates = sorted(((_fate(asked, each), each) for each in mine), key=lambda pair: ORDER[pair[0].verdict])
    fate, sent = fates[0]
    others = {str(each.says): each.says for each, _ in fates[1:] if str(each.says) != str(fate.says)}
    details = chain(
        _closed_meanwhile(asked, whole, fate), _joint(asked, sent), _silence_of(asked, whole, fate, sent)
    )
    return Found(
        verdict=fate.verdict, reason=fate.reason, says=(fate.says, *details, *others.values()), fate=fate, sent=sent,
        rung=said(asked, whole, sent.rung),
    )  # fmt: skip


def _closed_meanwhile(asked: Asked, whole: Story, fate: Fate) -> list[Words]:
    """How it was closed, where that is why it was left out."""
    if fate.reason in ("closed", "nothing-left") and whole.duty.row.state in CLOSED:
        return [closed(asked, whole.duty)[1]]
    return []


def _joint(asked: Asked, sent: Sent) -> list[Words]:
    """How many duties one message tells."""
    if sent.line is None or sent.withdrawn is not None:
        return []
    rows = pages_ledger.carried(asked.session, sent.line.message.id)
    number = len({row.obligation_id for row in rows if row.withdrawn is None})
    return [phrase("One message tells {n} duties together.", n=number)] if number > 1 else []


def _silence_of(asked: Asked, whole: Story, fate: Fate, sent: Sent) -> list[Words]:
    person = sent.line.person if sent.line else None
    if fate.reason not in ("silenced", "snoozed") or person is None:
        return []
    found = silence(asked, whole.duty, person.id)
    return [found[1]] if found and not whole.hidden else []


def _by_deputy(asked: Asked, whole: Story, others: Sequence[Sent], person: PersonRow) -> Found | None:
    """Somebody who stood in was told what the person would have been told."""
    for sent in others:
        if (
            not sent.via
            or sent.rung.to_kind != "assignee"
            or sent.line is None
            or person.name not in sent.via
        ):
            continue
        fate, deputy = _fate(asked, sent), sent.line.person.name if sent.line.person else "—"
        first = phrase(
            "{name} is away; {deputy} stands in and is told instead.", name=person.name, deputy=deputy
        )
        rung = said(asked, whole, sent.rung)
        return Found(verdict=NOT, reason="deputy", says=(first, fate.says), fate=None, sent=sent, rung=rung)
    return None


# ── what is still to come on the day ──────────────────────────
def _still_to_come(asked: Asked, whole: Story, coming: Sequence[Ahead], person: PersonRow) -> Found | None:
    here = next((each for each in coming if asked.on_day(each.rung.at)), None)
    if here is None or silent(asked, whole.duty) is not None:
        return None
    quiet = silence(asked, whole.duty, person.id)
    rung = said(asked, whole, here.rung, here.name)
    if quiet is not None:
        return Found(verdict=NOT, reason=quiet[0], says=(_public(whole, quiet),), rung=rung)
    if here.way is None:
        return _without_way(asked, here, person, rung)
    return _will(asked, here, here.way, rung)


def _without_way(asked: Asked, here: Ahead, person: PersonRow, rung: RungSaid) -> Found:
    if here.deputies:
        at = asked.moment(here.rung.at)
        says = phrase(
            "{name} is away then; {deputy} stands in and is told {at}.", name=person.name, deputy=_names(here.deputies), at=at
        )  # fmt: skip
        return Found(verdict=NOT, reason="deputy", says=(says,), rung=rung)
    return Found(verdict=NOT, reason="unreachable", says=(withdrawn("unreachable").says,), rung=rung)


def _names(ways: Sequence[read.Way]) -> Words:
    return listed([Words("{name}", {"name": way.person.name}) for way in ways if way.person])


def _will(asked: Asked, here: Ahead, way: read.Way, rung: RungSaid) -> Found:
    channel = channel_words(way.channel.key, way.channel.url)
    exempt = way.channel.quiet_exempt or (here.rung.urgent and asked.live.office.file.urgent == "break")
    at = here.rung.at if exempt else next_sending(here.rung.at, asked.live.office)
    says = [phrase("It will be told {at} by {channel}.", at=asked.moment(at), channel=channel)]
    if at > here.rung.at:
        says.append(
            phrase(
                "It becomes due {due}, in quiet hours or on a rest day, and waits until {at}.",
                due=asked.moment(here.rung.at),
                at=asked.moment(at),
            )
        )
    if way.via:
        says.append(phrase("Told while standing in: {via}.", via=way.via))
    fate = Fate(verdict=WILL, reason="coming", says=says[0], at=at)
    if asked.live.trial:
        clerk = phrase("The office is on trial: it goes to the clerk, headed as meant for this person.")
        return Found(verdict=NOT, reason="trial", says=(clerk,), fate=fate, rung=rung)
    if here.rung.held:
        held = phrase(
            "It is drafted {at} and then waits for the clerk's release.", at=asked.moment(here.rung.at)
        )
        return Found(verdict=WILL, reason="held", says=(held,), fate=fate, rung=rung)
    return Found(verdict=WILL, reason="coming", says=tuple(says), fate=fate, rung=rung)


# ── nothing on the day ────────────────────────────────────────
def _nothing(asked: Asked, whole: Story, coming: Sequence[Ahead], person: PersonRow) -> Found:
    over = closed_before(asked, whole.duty) or silent(asked, whole.duty)
    if over is not None:
        return Found(verdict=NOT, reason=over[0], says=(_public(whole, over),))
    passed = spared(asked, whole)
    if passed is not None:
        rung, name, why = passed
        return Found(verdict=NOT, reason="spared", says=(why,), rung=said(asked, whole, rung, name))
    running = silence(asked, whole.duty, person.id)
    says = [phrase("No reminder of it falls on {day}.", day=asked.day(asked.on))]
    if running is not None and not whole.hidden:
        says.append(running[1])
    if not coming and whole.duty.row.state == "open":
        says.append(_ladder_over(whole))
    return Found(verdict=NOT, reason="other-day", says=tuple(says))


def _ladder_over(whole: Story) -> Words:
    if whole.duty.row.timeline_id is None:
        return phrase("It has no ladder: nobody is ever reminded of it.")
    return phrase(
        "Its ladder is over for this person: no more reminders are to come; urge by hand with `duban urge`."
    )


def _public(whole: Story, reason: Reason) -> Words:
    return NOT_PUBLIC if whole.hidden and reason[0] in TYPED else reason[1]


def _item(asked: Asked, whole: Story, person: PersonRow, found: Found, coming: Sequence[Ahead]) -> Item:
    duty, hidden = whole.duty, whole.hidden
    line = found.sent.line if found.sent else None
    version = records.version_of(asked.session, duty.occurrence.version_id)
    item = Item(
        verdict=found.verdict, reason=found.reason, title=title_of(whole), schedule=None if hidden else duty.schedule.key,
        key=None if hidden else duty.occurrence.key, part=None if hidden else duty.row.part, state=duty.row.state,
        owed_by=duty.party.title if not hidden and duty.party.person_id != person.id else None,
        due_on=duty.row.due_on, version=None if hidden else version.no, says=found.says, at=found.fate.at if found.fate else None,
        message=line.message.id if line else None, channel=line.channel if line else None, rung=found.rung,
    )  # fmt: skip
    if duty.row.state in CLOSED:
        return item
    return replace(item, last=_last(asked, whole, person), following=_next(asked, whole, coming))


def _last(asked: Asked, whole: Story, person: PersonRow) -> RungSaid | None:
    """The latest reminder that went out to the person before the day."""
    for sent in whole.sent:
        gone = sent.line is not None and sent.line.message.sent_at is not None and sent.withdrawn is None
        if gone and _instant(sent) < asked.since and is_for(asked, whole, sent, person):
            return replace(said(asked, whole, sent.rung), at=_instant(sent), says=())
    return None


def _next(asked: Asked, whole: Story, coming: Sequence[Ahead]) -> RungSaid | None:
    """The next reminder after the day that tells the person or whoever stands in."""
    after = next((each for each in coming if each.rung.at >= asked.until), None)
    if after is None:
        return None
    found = said(asked, whole, after.rung, after.name)
    if after.way is None and after.deputies:
        return replace(found, to=phrase("to {who}, who stands in", who=_names(after.deputies)))
    return found if after.way is not None else replace(found, to=audience(asked, after.rung))
