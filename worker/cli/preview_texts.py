"""Messages in full beside what is foreseen, as a phone would show them. Loaded only when asked for: it needs every template."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.preview import Span, Viewer
from schedules.slot import Slot
from tasks.wording.foreseen import Composer, Message
from tasks.wording.texts import Texts
from worker.cli.cells import wrap
from worker.cli.foreseen import TRAIL, Foreseen, day_of
from worker.cli.language import _, count
from worker.cli.paragraphs import WIDTH, paragraph
from worker.cli.preview_page import beside, heading
from worker.cli.preview_table import why
from worker.cli.preview_words import Item, Wording
from worker.cli.terminal import plain, say


def add(found: Sequence[Item], office: OfficeSpec) -> None:
    """Put under each rung the message that one reader would get, or null."""
    for item, messages in _composed(found, office, None):
        for rung, message in zip(item["rungs"], messages, strict=True):
            rung["message"] = asdict(message) if message else None


def page(seen: Foreseen, words: Wording, *, all_: bool) -> None:
    """Print every occurrence with each of its messages. `all_`: no schedule was named."""
    paragraph(heading(seen, words), hang=0)
    say()
    for items, span in ((seen.inside, None), (seen.around, seen.span)):
        for item, messages in _composed(items, seen.office, span):
            if item["skipped"] or item["paused"] or not messages:
                continue
            paragraph(f"{words.day(day_of(item))}  {plain(item['title'])} ({item['schedule']})")
            for rung, message in zip(item["rungs"], messages, strict=True):
                _tell(rung, message, item, words)
            say()
    if seen.inside or seen.around:
        text = _(
            "Each message stands alone here, as if nobody were done. What goes to one person at one time is joined: `duban simulate`."
        )
        paragraph(text, hang=0)
    beside(seen, words, all_=all_)


def _tell(rung: Item, message: Message | None, item: Item, words: Wording) -> None:
    who = words.told(rung, item["assignees"])
    paragraph(f"{words.moment(rung['at'])} {who}{_('; ')}{plain(why(rung))}", indent=2)
    if message is None:
        return
    for number, line in enumerate((message.title, *message.body.splitlines())):
        for part in wrap(plain(line), WIDTH - 6):
            say(("    > " if number == 0 else "    | ") + part)
    if message.others and message.recipient:
        name = words.names([message.recipient])
        one, many = (
            _("(to {name}; 1 more person gets one like it)"),
            _("(to {name}; {n} more people get one like it)"),
        )
        text = count(one, many, message.others, name=name)
        paragraph(text, indent=4)


def _composed(
    found: Sequence[Item], office: OfficeSpec, span: Span | None
) -> Iterator[tuple[Item, list[Message | None]]]:
    """Each occurrence with a message for each of its rungs."""
    composer = Composer(office, Texts.load(office.file.language), Viewer(office), link=_("[personal link]"))
    known: dict[str, dict[str, Slot]] = {}
    for item in found:
        if item["skipped"]:
            yield item, []
            continue
        schedule = office.schedule(item["schedule"])
        if schedule.id not in known:
            days = [day_of(each) for each in found if each["schedule"] == schedule.id]
            known[schedule.id] = {
                slot.key: slot for slot in slots(schedule, office, min(days) - TRAIL, max(days) + TRAIL)
            }
        yield item, composer.messages(schedule, known[schedule.id][item["key"]], span)
