"""Channels in office words: what a scheme is, and how one channel stands."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from schedules.channel_urls import scheme_of
from worker.cli.language import N_, _, count

if TYPE_CHECKING:  # the tables behind it take longer to load than a preview takes
    from tasks.delivery.channels import ChannelState

KINDS = {
    "outbox": N_("local outbox"),
    "wecombot": N_("WeCom group bot"),
    "wecomapp": N_("WeCom app"),
    "wechat": N_("WeCom app"),
    "dingtalk": N_("DingTalk group bot"),
    "feishu": N_("Feishu group bot"),
    "lark": N_("Lark group bot"),
    "alisms": N_("Aliyun SMS"),
    "qcloudsms": N_("Tencent Cloud SMS"),
    "gateway": N_("gateway"), "gateways": N_("gateway"), "json": N_("gateway"), "jsons": N_("gateway"),
    "form": N_("gateway"), "forms": N_("gateway"),
    "mailto": N_("mail"), "mailtos": N_("mail"),
}  # fmt: skip


def kind_of(url: str) -> str:
    """What kind of channel a URL is, in words; a service whose answers are not read here is called unverified."""
    scheme = scheme_of(url)
    if scheme in KINDS:
        return _(KINDS[scheme])
    return _("{scheme} (unverified)").format(scheme=scheme)


def state_of(channel: "ChannelState", tz: ZoneInfo) -> str:
    """Whether a channel works; if not, since when and in whose words."""
    if channel.broken_at is None:
        return _("works")
    return _("stopped since {at}: {words}").format(
        at=instant(channel.broken_at, tz), words=channel.broken_words
    )


def used_by(channel: "ChannelState") -> str:
    """Who is told there."""
    if channel.is_group:
        return _("the group")
    first = count(_("1 person"), _("{n} people"), channel.first)
    if not channel.after:
        return first
    return _("{people}; {n} more if another fails").format(people=first, n=channel.after)


def instant(at: datetime, tz: ZoneInfo) -> str:
    """An instant to the minute, in office time."""
    return at.astimezone(tz).strftime("%Y-%m-%d %H:%M")
