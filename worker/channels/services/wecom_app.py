"""WeCom app (企业微信自建应用): messages to one person by userid.

Sources: 发送应用消息 https://developer.work.weixin.qq.com/document/path/90236 (text and markdown ≤ 2,048 bytes, `invaliduser`,
`unlicenseduser`, `enable_duplicate_check`), 获取access_token https://developer.work.weixin.qq.com/document/path/91039 (kept until it
expires, fetched anew when refused). Above 30 messages a minute to one member WeCom drops what is over without an error.
"""

from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from tasks.delivery.outcomes import Outcome
from worker.channels import http, kept_tokens
from worker.channels.answers import read_json
from worker.channels.envelope import Envelope
from worker.channels.service import Service, taken_apart
from worker.channels.services import wecom
from worker.channels.untyped import NotifyBase
from worker.channels.verdict import Verdict

OUTDATED = frozenset({"40001", "40014", "42001"})
REPEAT_SECONDS = 600  # WeCom shows the same words to the same person once within this time: a second try after a lost answer


class WeComApp(Service):
    """`wechat://CORPID:SECRET@AGENTID/USERID[?format=markdown&base=https://…]`; `wecomapp://` is the same by a clearer name."""

    service_name = "WeCom App"
    service_url = "https://work.weixin.qq.com/"
    secure_protocol = ("wechat", "wecomapp")
    templates = ("{schema}://{corpid}:{secret}@{agentid}/{userid}",)
    template_tokens: ClassVar[dict[str, Any]] = {
        **NotifyBase.template_tokens,
        "corpid": {"name": "Corp ID", "type": "string", "required": True},
        "secret": {"name": "Secret", "type": "string", "required": True, "private": True},
        "agentid": {"name": "Agent ID", "type": "string", "required": True},
        "userid": {"name": "User ID", "type": "string", "required": True},
    }
    home = wecom.HOME
    codes = wecom.CODES
    formats = ("text", "markdown")
    max_bytes: ClassVar = {"text": 2048, "markdown": 2048}
    unsafe: ClassVar = wecom.UNSAFE

    def __init__(self, corpid: str, secret: str, agentid: str, userid: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not (corpid and secret and agentid.isdigit() and userid):
            self.refuse_url("write wechat://CORPID:SECRET@AGENTID/USERID")
        self.corpid, self.secret, self.agentid, self.userid = corpid, secret, int(agentid), userid

    def deliver(self, title: str, body: str, known: Envelope) -> Verdict:
        """Send to the person, unless the userid could mean more people than one: "@all" and "a|b" are lists to WeCom."""
        if not wecom.USERID.fullmatch(self.userid):
            return Verdict(Outcome.PERSON, words="no WeCom userid")
        return super().deliver(title, body, known)

    def deliver_part(self, part: str, title: str, known: Envelope, *, first: bool) -> Verdict:
        """Send one piece; if the token is refused, fetch another and send once more."""
        for again in (False, True):
            got = self._token(known)
            if isinstance(got, Verdict):
                return got
            verdict = self._sent(part, got, known)
            if verdict.code not in OUTDATED or again:
                return verdict
            kept_tokens.outdated(self._key, got)
        raise AssertionError("returned above")

    def _sent(self, part: str, token: str, known: Envelope) -> Verdict:
        message: dict[str, Any] = {
            "touser": self.userid, "msgtype": self.layout, "agentid": self.agentid, self.layout: {"content": part},
        }  # fmt: skip
        if known.message_id:
            message |= {"enable_duplicate_check": 1, "duplicate_check_interval": REPEAT_SECONDS}
        url = f"{self.base}/cgi-bin/message/send?{urlencode({'access_token': token})}"
        answer = self.post(url, known, json=message)
        verdict = self.judge(answer)
        verdict = replace(
            verdict, words=verdict.words.replace(token, "***")
        )  # a gateway may show the address
        said = read_json(answer.body) or {}
        refused = [name for name in ("invaliduser", "unlicenseduser") if said.get(name)]
        if verdict.outcome is Outcome.SENT and refused:
            return Verdict(Outcome.PERSON, refused[0], f"{refused[0]}: {said[refused[0]]}")
        return verdict

    @property
    def _key(self) -> tuple[str, ...]:
        return ("wecom", self.base, self.corpid, self.secret)

    def _token(self, known: Envelope) -> str | Verdict:
        """The app's token, or why there is none: then nothing was sent, whatever became of the request for it."""
        try:
            return kept_tokens.token(self._key, lambda: self._fetched(known))
        except _NoToken as error:
            return error.verdict
        except http.Unanswered as error:
            raise http.Unanswered(written=False, words=error.words, lasting=error.lasting) from error

    def _fetched(self, known: Envelope) -> tuple[str, float]:
        query = urlencode({"corpid": self.corpid, "corpsecret": self.secret})
        answer = self.get(f"{self.base}/cgi-bin/gettoken?{query}", known)
        verdict = self.judge(answer)
        said = read_json(answer.body) or {}
        token, seconds = said.get("access_token"), said.get("expires_in")
        if verdict.outcome is Outcome.SENT and isinstance(token, str) and isinstance(seconds, int):
            return token, seconds
        outcome = verdict.outcome
        if outcome in (Outcome.SENT, Outcome.UNKNOWN):
            outcome = Outcome.RETRY
        raise _NoToken(Verdict(outcome, verdict.code, verdict.words, verdict.wait))

    def url(self, privacy: bool = False, *_args: Any, **_kwargs: Any) -> str:  # noqa: FBT001, FBT002 - Apprise's signature
        """The service as a URL."""
        corpid, secret = (self.pprint(each, privacy, safe="") for each in (self.corpid, self.secret))
        return f"wechat://{corpid}:{secret}@{self.agentid}/{self.quote(self.userid, safe='')}{self.options()}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this app different from another."""
        return ("wechat", self.base, self.corpid, self.secret, str(self.agentid))

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read `wechat://CORPID:SECRET@AGENTID/USERID`; of several people none is read."""
        common, (corpid, secret, agentid, *people) = taken_apart(url)
        if not common or len(people) != 1:
            return None
        return common | {"corpid": corpid, "secret": secret, "agentid": agentid, "userid": people[0]}


class _NoToken(Exception):
    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.words)
        self.verdict = verdict
