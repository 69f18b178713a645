"""The templates of messages and the words they may use: days, hours, amounts, and sentences that end with one stop."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from schedules.dates_text import day_text
from schedules.words import Gettext, Words
from tasks.catalogs import translations
from tasks.delivery.payloads import plain
from tasks.wording import spoken_dates

# What a sentence ends with follows its own script, not the reader's language.
# Brackets within brackets.
INNER = str.maketrans("（）()", "〔〕〔〕")
CHINESE_STOP, LATIN = "。", "\u2e80"


def environment(language: str, *, link: str | None = None, entrance: str = "") -> Environment:
    """The templates of one language; they know `link` only if it is given. `entrance`: the address that asks who reads.

    Plain text: nothing is escaped, since nothing is read as markup; values come in through `tasks.delivery.payloads.plain`.
    """
    made = Environment(
        loader=PackageLoader("tasks", f"templates/{language}"),
        autoescape=False,  # noqa: S701 - see above
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_said(translations(language).gettext),
    )
    made.globals["entrance"] = entrance
    if link is not None:
        made.globals["link"] = link
    made.filters.update(
        day=lambda value, today: day_text(value, language, today=today),
        printed=lambda value: spoken_dates.printed(value, language),
        short=lambda value, as_of: spoken_dates.short(value, language, today=as_of.date()),
        deadline=pass_context(lambda context, line: spoken_dates.deadline(line, _tz(context), language)),
        moment=pass_context(
            lambda context, instant, line: spoken_dates.moment(
                _local(context, instant), language, today=line.today
            )
        ),
        local_day=pass_context(
            lambda context, instant, line: day_text(
                _local(context, instant).date(), language, today=line.today
            )
        ),
        clock=pass_context(lambda context, instant: spoken_dates.clock(_local(context, instant), language)),
        amount=amount,
        inner=lambda text: text.translate(INNER),
        without_weekday_of=without_weekday_of,
        capital=lambda text: text[:1].upper() + text[1:],
        rate=lambda value: "" if value is None else f"{value:.1f}%",
        without_stop=lambda text: text.rstrip("。.；;，, "),
        with_stop=lambda text: (
            text if text[-1:] in "。！？…：.!?:" else text + (CHINESE_STOP if text[-1:] > LATIN else ".")
        ),
    )
    return made


def without_weekday_of(day: str, title: str) -> str:
    """A Chinese day without its weekday where the title that follows begins with it: 1月9日周五集中学习."""
    plain_day, bracket, rest = day.partition("（")
    weekday = rest.removesuffix("）")
    return plain_day if bracket and title.startswith((weekday, weekday.replace("周", "星期"))) else day


def _said(gettext: Gettext) -> Callable[[object], object]:
    return lambda value: plain(value.text(gettext)) if isinstance(value, Words) else value


def _tz(context: Context) -> tzinfo:
    tz: tzinfo = context["tz"]
    return tz


def _local(context: Context, instant: datetime) -> datetime:
    return instant.astimezone(_tz(context))


def amount(hundredths: int) -> str:
    """Hundredths as they are said: "32" for 3200, "7.5" for 750."""
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)
