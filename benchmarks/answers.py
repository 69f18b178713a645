"""Every answer of a provider that is known, scripted on its fake, and what the ledger is told: the real sender over real HTTP.

    PYTHONPATH=tests python -m benchmarks.answers [--scheme wecombot] [--json]

One line for each code of the tables of docs/channels.md, then for what no table holds: an unknown code, an empty body, a web page, a
status, a cut connection.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from fakes import aliyun_sms, tencent_sms
from fakes.aliyun_sms import AliyunSms
from fakes.dingtalk import SECRET as SIGN
from fakes.dingtalk import TOKEN
from fakes.feishu import TOKEN as HOOK
from fakes.provider import Answer, Fake
from fakes.providers import Providers
from fakes.tencent_sms import TencentSms
from fakes.wecom import KEY
from fakes.wecom import SECRET as APP
from one_message import message, send, sender_with

from worker.channels.registry import service_class
from worker.channels.send import Sender

CHAT = ("wecombot", "wechat", "dingtalk", "feishu", "lark")
SECRETS = {
    "KEY": KEY, "APP": APP, "SIGN": SIGN, "TOKEN": TOKEN, "HOOK": HOOK, "ALI_ID": aliyun_sms.KEY_ID, "ALI_KEY": aliyun_sms.SECRET,
    "QC_ID": tencent_sms.SECRET_ID, "QC_KEY": tencent_sms.SECRET_KEY,
}  # fmt: skip
FAULTS = {
    "an unknown code": 987_654,
    "empty body": Answer(body=b""),
    "a web page": Answer(body=b"<html><body>login</body></html>"),
    "HTTP 302": Answer(302, headers={"Location": "http://127.0.0.1:9/"}),
    "HTTP 404": Answer(404, b"not found"),
    "HTTP 429, Retry-After 90": Answer(429, b"", {"Retry-After": "90"}),
    "HTTP 500": Answer(500, b"error"),
    "HTTP 504": Answer(504, b"gateway timeout"),
    "cut after the request": Answer(cut=True),
}


@dataclass(frozen=True)
class Line:
    """What was scripted and what came of it."""

    scheme: str
    answer: str
    outcome: str
    code: str
    wait: int | None
    words: str


def channels(stack: ExitStack) -> Iterator[tuple[str, Fake, str]]:
    """Each scheme with a running fake and the URL of a channel to it."""
    providers = Providers()
    for fake in providers.all:
        stack.enter_context(fake)
    for scheme in CHAT:
        yield scheme, providers.of(scheme), providers.url(scheme)
    aliyun, tencent = stack.enter_context(AliyunSms()), stack.enter_context(TencentSms())
    yield (
        "alisms",
        aliyun,
        (
            "alisms://{secret.ALI_ID}:{secret.ALI_KEY}@/{mobile}?sign=民主街道&template=SMS_1&:who=name&:what=subject"
            f"&base={aliyun.base}"
        ),
    )
    yield (
        "qcloudsms",
        tencent,
        (
            f"qcloudsms://{{secret.QC_ID}}:{{secret.QC_KEY}}@{tencent_sms.APP}/{{mobile}}?sign=民主街道&template=1110"
            f"&:1=name&:2=subject&base={tencent.base}"
        ),
    )


def tried(sender: Sender, scheme: str, fake: Fake, url: str) -> Iterator[Line]:
    """Every known code and every fault, one message each."""
    codes = sorted(service_class(scheme).codes.table, key=lambda code: (len(code), code))
    scripted: list[tuple[str, object]] = [(code, code) for code in codes] + list(FAULTS.items())
    for name, answer in (("yes", None), *scripted):
        fake.script.clear()
        if answer is not None:
            fake.script.extend([answer, answer])  # type: ignore[list-item] # a token that is fetched anew asks twice
        result = send(sender, message(url))
        yield Line(scheme, name, str(result.outcome), result.code, result.retry_after, result.words)


def all_lines(only: str | None = None) -> list[Line]:
    """Every channel's answers, or one's."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="duban-answers-") as folder:
        sender = sender_with(Path(folder), SECRETS)
        return [
            line
            for scheme, fake, url in channels(stack)
            if only in (None, scheme)
            for line in tried(sender, scheme, fake, url)
        ]


def wrong(lines: Sequence[Line]) -> list[Line]:
    """What was called sent though it was refused, or the other way round."""
    return [line for line in lines if (line.outcome == "sent") is not (line.answer == "yes")]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scheme", help="only this one")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    lines = all_lines(given.scheme)
    if given.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
    else:
        print(f"{'channel':<10} {'answer':<36} {'recorded':<9} {'wait':>6}  the provider's words")
        for line in lines:
            print(
                f"{line.scheme:<10} {line.answer:<36} {line.outcome:<9} {line.wait or '':>6}  {line.words[:70]}"
            )
        print(f"{len(lines)} answers; recorded as what they are not: {len(wrong(lines))}")
    return 1 if wrong(lines) else 0


if __name__ == "__main__":
    sys.exit(main())
