"""What two SMS providers share: a template with variables instead of free text, limits by the day, and the answer's code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from schedules.message_values import VARIABLES
from tasks.delivery.outcomes import Outcome
from worker.channels.answers import LONGEST_WAIT, Codes, Found, Means, of_code, of_status, retry_after
from worker.channels.envelope import Envelope
from worker.channels.http import Answer
from worker.channels.options import marked, plain
from worker.channels.service import Service, taken_apart
from worker.channels.values import MOST, values, variable
from worker.channels.verdict import Verdict
from worker.clock import machine_now

CHINA = timezone(timedelta(hours=8))  # where both providers count their days
MINUTE, HOUR = 60, 3600
TOMORROW = LONGEST_WAIT  # stands in a table for: until the next day begins


@dataclass(frozen=True, slots=True)
class Families(Codes):
    """Codes that fall into families: one that no table knows means what stands before its point means."""

    def meaning(self, code: str, words: str = "") -> Means | None:
        """What a code means, or its family."""
        return Codes.meaning(self, code, words) or Codes.meaning(self, code.partition(".")[0], words)


class Sms(Service):
    """A provider of SMS; subclasses say how a request looks and where the code stands."""

    def __init__(
        self, *, key_id: str, secret: str, mobile: str, sign: str, template: str, variables: Mapping[str, str],
        most: str = "", office: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.key_id, self.secret, self.mobile = key_id, secret, mobile
        self.sign, self.template, self.variables, self.office = sign, template, variables, office or sign
        self.most = int(most) if most.isdecimal() and int(most) > 1 else MOST
        if not all((key_id, secret, mobile, sign, template)):
            self.refuse_url("key, secret, mobile, sign and template are needed")
        if unknown := set(variables.values()) - set(VARIABLES):
            self.refuse_url(f"{sorted(unknown)[0]} is none of {', '.join(VARIABLES)}")

    def filled(self, title: str, body: str, known: Envelope) -> dict[str, str]:
        """The template's variables by name, in the order of the URL."""
        found = values(title, body, known, office=self.office)
        return {name: variable(value, found, self.most) for name, value in self.variables.items()}

    def verdict(self, answer: Answer, found: Found | None, known: Envelope) -> Verdict:
        """What an answer means; its code says more than its status where it is known."""
        now = machine_now()
        if found is not None and (200 <= answer.status < 300 or self.codes.meaning(found.code) is not None):
            verdict = of_code(found, self.codes, wait=retry_after(answer.headers, now))
        else:
            refused = of_status(answer, now=now)
            verdict = refused or Verdict(Outcome.UNKNOWN, f"HTTP {answer.status}")
        if verdict.wait == TOMORROW:
            return replace(verdict, wait=until_tomorrow(known.at))
        return verdict

    def url(self, *_args: Any, **_kwargs: Any) -> str:
        """The service as a URL, without key and number."""
        return f"{self.secure_protocol}://***@/***?template={self.template}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this service different from another."""
        return (str(self.secure_protocol), self.key_id, self.mobile, self.template)


def read_sms_url(url: str) -> dict[str, Any]:
    """What both providers' URLs have in common: `scheme://KEY:SECRET@…/MOBILE?sign=&template=&:variable=value`."""
    common, (key_id, secret, _host, *path) = taken_apart(url)
    options = plain(url)
    return common | {
        "key_id": key_id, "secret": secret, "mobile": path[0] if path else "", "sign": options.get("sign", "").strip("【】 "),
        "template": options.get("template", ""), "most": options.get("most", ""), "office": options.get("office", ""),
        "variables": marked(url, ":"),
    }  # fmt: skip


def until_tomorrow(at: datetime) -> int:
    """Seconds until a limit that counts by the day begins anew, and a few minutes, as clocks differ."""
    here = at.astimezone(CHINA)
    next_day = (here + timedelta(days=1)).replace(hour=0, minute=5, second=0, microsecond=0)
    return int((next_day - here).total_seconds())
