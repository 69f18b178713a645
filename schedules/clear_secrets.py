"""Secrets that stand in the office's files in clear. Whoever may read the folder, its share or its history could send as the office.

A secret lives in the environment or in a file with mode 0600 and is named `{secret.NAME}`. What is found is never repeated: a
message ends up in logs and on other people's screens.
"""

import re
from collections.abc import Iterator, Sequence

from schedules.channel_urls import BOTS, options, scheme_of
from schedules.channels import FIELD
from schedules.problems import Problem
from schedules.source_text import LARGEST, LONGEST_LINE, SourceFile
from schedules.words import Words, phrase

# Names of options whose values are secrets, with the mark of a gateway before them taken off.
_NAMES = frozenset({
    "key", "apikey", "api_key", "appkey", "app_key", "secret", "appsecret", "app_secret", "token", "access_token", "password",
    "passwd", "pwd", "pass", "hmac", "authorization", "auth",
})  # fmt: skip
TEXTS = (".yaml", ".yml", ".csv")
LONG = 16  # characters; robots' keys have 32 and more
# Keys as the providers give them out, wherever they stand: also in a comment.
_SHAPES = (
    (re.compile(r"qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[\w-]{16,}"), phrase("the key of a WeCom robot")),
    (re.compile(r"access_token=[0-9a-f]{32,}"), phrase("the token of a DingTalk robot")),
    (re.compile(r"\bSEC[0-9a-f]{40,}"), phrase("the secret of a DingTalk robot")),
    (re.compile(r"/open-apis/bot/v2/hook/[\w-]{16,}"), phrase("the address of a Feishu robot")),
    (re.compile(r"\bLTAI[0-9A-Za-z]{12,}"), phrase("a key of Alibaba Cloud")),
    (re.compile(r"\bAKID[0-9A-Za-z]{20,}"), phrase("a key of Tencent Cloud")),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), phrase("a private key")),
    (re.compile(r"(?i)(?:密码|口令|password|passwd)\s*[:：=]\s*[^\s{}#，。（）]{6,}"), phrase("a password")),
)  # fmt: skip
ALLOWED = phrase(
    "{field}, with the secret itself in a file of its own: see docs/channels.md", field="{secret.NAME}"
)


def in_url(url: str) -> Iterator[Words]:
    """What of a channel's template is a secret in clear."""
    rest = re.split(r"[?#]", url.partition("://")[2], maxsplit=1)[0]
    user, at, _host = rest.rpartition("@")
    scheme = scheme_of(url)
    if at and _plain(user.partition(":")[2]):
        yield phrase("the password before '@' stands here in clear")
    parts = [user.partition(":")[0], *re.split(r"[/@]", rest.rpartition("@")[2])] if scheme in BOTS else []
    if any(len(_plain(part)) >= LONG and "." not in part for part in parts):
        yield phrase("the robot's key stands here in clear")
    for name, text in options(url):
        if name.lstrip(":+-").lower() in _NAMES and _plain(text):
            yield phrase("the value of '{option}' stands here in clear", option=name[:40])


def clear_secrets(files: Sequence[SourceFile], known: Sequence[Problem]) -> list[Problem]:
    """Keys anywhere in the texts of an office, comments included; not in lines where one is `known`."""
    told = {(each.file, each.line) for each in known if each.allowed == ALLOWED}
    return [
        problem
        for source in files
        if source.path.endswith(TEXTS)
        for problem in _in_text(source)
        if (problem.file, problem.line) not in told
    ]


def _in_text(source: SourceFile) -> Iterator[Problem]:
    text = source.data[:LARGEST].decode("utf-8", "replace")
    if not any(
        shape.search(text) for shape, _ in _SHAPES
    ):  # as nearly always; a look at each line costs much more
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for shape, words in _SHAPES:
            if found := shape.search(line[:LONGEST_LINE]):
                what = phrase("{what} stands here in clear", what=words)
                yield Problem(source.path, number, found.start() + 1, "", what, ALLOWED)
                break


def _plain(text: str) -> str:
    """The text without its fields."""
    return FIELD.sub("", text)
