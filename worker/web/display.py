"""Values in words: dates with weekdays, days left, hours and states, in one reader's language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from schedules.dates_text import WEEKDAYS
from schedules.words import Gettext, Words, phrase
from tasks.delivery.message_reasons import OUTCOMES
from tasks.delivery.outcomes import Outcome

MONTHS = (
    phrase("Jan"), phrase("Feb"), phrase("Mar"), phrase("Apr"), phrase("May"), phrase("Jun"),
    phrase("Jul"), phrase("Aug"), phrase("Sep"), phrase("Oct"), phrase("Nov"), phrase("Dec"),
)  # fmt: skip
LIGHTS: Mapping[str, Words] = {
    "red": phrase("red"), "yellow": phrase("yellow"), "green": phrase("green"), "grey": phrase("grey"),
}  # fmt: skip
STATES: Mapping[str, Words] = {
    "expected": phrase("expected"), "open": phrase("to do"), "submitted": phrase("waits for approval"), "done": phrase("done"),
    "paused": phrase("its clock stands still"),
    "waived": phrase("waived"), "history": phrase("before the start"), "withdrawn": phrase("withdrawn"),
    "cancelled": phrase("cancelled"),
}  # fmt: skip
MESSAGE_STATES: Mapping[str, tuple[Words, str]] = {
    "sent": (phrase("delivered"), "tag-ok"),
    "retry": (phrase("will be sent again"), ""),
    "unknown": (phrase("outcome unknown"), ""),
    "accepted?": (phrase("accepted, unverified"), ""),
    "failed": (phrase("not sent"), "tag-bad"),
    "held": (phrase("waits for release"), ""),
    "paper": (phrase("to be handed over on paper"), ""),
    "withdrawn": (phrase("message withdrawn"), ""),
    "queued": (phrase("to be sent"), ""),
    "sending": (phrase("being sent"), ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How one reader sees values. `today` is the office's day; `tz` its zone."""

    gettext: Gettext
    plural: Callable[[str, str, int], str]
    today: date
    tz: ZoneInfo

    def _(self, msgid: str, **fields: object) -> Markup:
        """The sentence in the reader's language; fields are escaped unless they are markup themselves."""
        return escape(self.gettext(msgid)).format(**fields)

    def ngettext(self, one: str, many: str, n: int, **fields: object) -> Markup:
        """The sentence for n things; both ids may use the field n."""
        return escape(self.plural(one, many, n)).format(n=n, **fields)

    def words(self, words: Words) -> str:
        """A sentence that a rule spoke."""
        return words.text(self.gettext)

    def refusal(self, words: Words) -> str:
        """Why a rule said no; its days as people write them: rules speak ISO, for the command line."""
        return Words(words.msgid, {name: self._plain(value) for name, value in words.fields.items()}).text(
            self.gettext
        )

    def _plain(self, value: object) -> object:
        if isinstance(value, Words):
            return self.refusal(value)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return value
        return self.day(value) if isinstance(value, date) and not isinstance(value, datetime) else value

    def month(self, number: int) -> str:
        """Jul, 7月."""
        return self.words(MONTHS[number - 1])

    def day(self, on: date) -> Markup:
        """11月26日; with the year when it is another one."""
        return (
            self._("{day} {name}", day=on.day, name=self.month(on.month))
            if on.year == self.today.year
            else self.dated(on)
        )

    def dated(self, on: date) -> Markup:
        """2027年1月15日: certificates always carry the year."""
        return self._("{day} {name} {year}", day=on.day, name=self.month(on.month), year=on.year)

    def weekday(self, on: date) -> str:
        """周四."""
        return self.words(WEEKDAYS[on.weekday()])

    def near(self, on: date) -> Markup:
        """11月26日（周四）, or today or tomorrow."""
        if on == self.today:
            return self._("today")
        if on == self.today + timedelta(days=1):
            return self._("tomorrow")
        return self.full(on)

    def full(self, on: date) -> Markup:
        """11月26日（周四）, also when that is today."""
        return self._("{weekday} {day}", weekday=self.weekday(on), day=self.day(on))

    def cell(self, on: date | None) -> Markup:
        """A date in a table: 11月26日 周四, the weekday quieter."""
        if on is None:
            return Markup("—")
        return Markup('<time datetime="{}">{}<span class="wd">{}</span></time>').format(
            on.isoformat(), self.day(on), self.weekday(on)
        )

    def clock(self, at: datetime) -> str:
        """08:40, office time."""
        return f"{at.astimezone(self.tz):%H:%M}"

    def instant(self, at: datetime) -> Markup:
        """11月23日（周一）08:40."""
        local = at.astimezone(self.tz)
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="minutes"),
            self._("{date} {clock}", date=self.near(local.date()), clock=self.clock(at)),
        )

    def moment(self, at: datetime) -> Markup:
        """2026年11月23日（周一）09:05, always in full."""
        local = at.astimezone(self.tz)
        day = self._("{weekday} {day}", weekday=self.weekday(local.date()), day=self.dated(local.date()))
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), self._("{date} {clock}", date=day, clock=self.clock(at))
        )

    def short_instant(self, at: datetime) -> Markup:
        """11月23日 08:40, for tables."""
        local = at.astimezone(self.tz)
        return Markup('<time datetime="{}">{} {}</time>').format(
            local.isoformat(timespec="minutes"), self.day(local.date()), self.clock(at)
        )

    def due(self, due_on: date, due_at: datetime | None) -> Markup:
        """11月26日（周四）18:00前. A legal term ends at 24:00, stored as the next midnight."""
        words = self.near(due_on)
        if due_at is not None:
            local = due_at.astimezone(self.tz)
            hour = "24:00" if local.date() > due_on else f"{local:%H:%M}"
            words = self._("before {clock} {date}", date=words, clock=hour)
        return Markup('<time datetime="{}">{}</time>').format(due_on.isoformat(), words)

    def due_cell(self, due_on: date, due_at: datetime | None) -> Markup:
        """In a table: 今天18:00, or the plain date."""
        if due_on == self.today and due_at is not None:
            local = due_at.astimezone(self.tz)
            hour = "24:00" if local.date() > due_on else f"{local:%H:%M}"
            return self._("today {clock}", clock=hour)
        return self.cell(due_on)

    def left(self, due_on: date) -> Markup:
        """还有3天, 今天到期: for a date that is not named beside it."""
        days = (due_on - self.today).days
        return self._("due today") if days == 0 else self.ngettext("1 day left", "{n} days left", days)

    def late(self, days: int) -> Markup:
        """逾期5天."""
        return self.ngettext("1 day overdue", "{n} days overdue", days)

    def workdays(self, days: int) -> Markup:
        """3个工作日."""
        return self.ngettext("1 working day", "{n} working days", days)

    def amount(self, hundredths: int) -> str:
        """A quota's figure: 4500 is 45, 4550 is 45.5."""
        whole, part = divmod(hundredths, 100)
        return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)

    def rate(self, rate: float | None) -> str:
        """Per cent with one decimal; no figure is a dash."""
        return "—" if rate is None else f"{rate:.1f}"

    def light(self, colour: str) -> Markup:
        """The seal with its word inside."""
        return Markup('<span class="light light-{}"><span class="vh">{}</span>{}</span>').format(
            colour, self._("light: "), self.words(LIGHTS[colour])
        )

    def light_word(self, colour: str) -> str:
        """Only the word, as a cell of a spreadsheet shows it."""
        return self.words(LIGHTS[colour])

    def state(self, state: str) -> str:
        """An obligation's state in words."""
        return self.words(STATES[state])

    def message_state(self, state: str) -> Markup:
        """A message's state as a tag, always a word."""
        words, style = MESSAGE_STATES[state]
        return Markup('<span class="tag {}">{}</span>').format(style, self.words(words))

    def outcome(self, outcome: str) -> str:
        """What became of an attempt."""
        return self.words(OUTCOMES[Outcome(outcome)])

    def link(self, address: str, text: str) -> Markup:
        """A link in a table."""
        return Markup('<a href="{}">{}</a>').format(address, text)
