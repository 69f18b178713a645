"""One fake of each provider, and the URL of a channel to each."""

from fakes.dingtalk import SECRET as DING_SECRET
from fakes.dingtalk import DingTalk
from fakes.feishu import SECRET as FEISHU_SECRET
from fakes.feishu import Feishu
from fakes.provider import Fake
from fakes.wecom import WeCom


class Providers:
    """One fake of each provider, and the URL of a channel to each."""

    def __init__(self) -> None:
        self.wecom = WeCom()
        self.dingtalk = DingTalk(secret=DING_SECRET)
        self.feishu = Feishu(secret=FEISHU_SECRET)

    def of(self, scheme: str) -> Fake:
        known: dict[str, Fake] = {
            **dict.fromkeys(("wecombot", "wechat", "wecomapp"), self.wecom),
            "dingtalk": self.dingtalk,
            **dict.fromkeys(("feishu", "lark"), self.feishu),
        }
        return known[scheme]

    def url(self, scheme: str, **options: str) -> str:
        where = {
            "wecombot": "wecombot://{secret.KEY}",
            "wechat": "wechat://ww0123456789abcdef:{secret.APP}@1000002/{wecom_id}",
            "dingtalk": "dingtalk://{secret.SIGN}@{secret.TOKEN}",
            "feishu": f"feishu://{FEISHU_SECRET}@{{secret.HOOK}}",
            "lark": f"lark://{FEISHU_SECRET}@{{secret.HOOK}}",
        }[scheme]
        query = {"base": self.of(scheme).base} | options
        return f"{where}?" + "&".join(f"{name}={text}" for name, text in query.items())

    def renew(self) -> None:
        """As just begun."""
        for fake in self.all:
            fake.renew()

    @property
    def all(self) -> tuple[Fake, ...]:
        return (self.wecom, self.dingtalk, self.feishu)
