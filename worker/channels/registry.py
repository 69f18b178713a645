"""Which class carries a scheme: ours where an answer is read here, else Apprise's.

Ours also stand in Apprise's own table under the schemes that its users know, so that `apprise.Apprise().add("wecombot://KEY")` makes
the class that reads the provider's answer. Putting them there must not load Apprise's 170 plugins, which cost 20 MB and a quarter of
a second in every process: they are added when Apprise itself loads the others, at the first URL it is given.
"""

from importlib import import_module
from typing import Any

from schedules.channel_urls import NATIVE, NEVER, OWN, PLAIN_HTTP, scheme_of
from worker.channels.untyped import N_MGR, SERVICES, AppriseException, class_of

# The module and class of each scheme, loaded when first used.
OURS = {
    "outbox": "worker.channels.outbox:NotifyOutbox",
    "alisms": "worker.channels.services.aliyun_sms:AliyunSms",
    "qcloudsms": "worker.channels.services.tencent_sms:TencentSms",
    **dict.fromkeys(("mailto", "mailtos"), "worker.channels.services.mail:Mail"),
    **dict.fromkeys(
        ("gateway", "gateways", "json", "jsons", "form", "forms"), "worker.channels.services.gateway:Gateway"
    ),
    "wecombot": "worker.channels.services.wecom_bot:WeComBot",
    **dict.fromkeys(("wechat", "wecomapp"), "worker.channels.services.wecom_app:WeComApp"),
    "dingtalk": "worker.channels.services.dingtalk:DingTalk",
    "feishu": "worker.channels.services.feishu:Feishu",
    "lark": "worker.channels.services.feishu:Lark",
}
__all__ = [
    "NATIVE",
    "NEVER",
    "OURS",
    "OWN",
    "PLAIN_HTTP",
    "fault",
    "made",
    "scheme_of",
    "service_class",
    "service_of",
]


def service_class(scheme: str) -> Any:
    """The plugin's class, ours or Apprise's. Raises KeyError for a scheme that neither has."""
    if scheme in OURS:
        module, _colon, name = OURS[scheme].partition(":")
        return getattr(import_module(module), name)
    return class_of(scheme) if scheme in SERVICES else N_MGR[scheme]


def service_of(url: str, **more: Any) -> Any:
    """The service that a filled URL means, without loading every plugin of Apprise; None if it cannot be read."""
    try:
        return made(url, **more)
    except (AppriseException, TypeError, KeyError):
        return None


def made(url: str, **more: Any) -> Any:
    """As `service_of`, but raises what is wrong: AppriseException with words by the services of ours, TypeError, KeyError."""
    plugin = service_class(scheme_of(url))
    parsed = plugin.parse_native_url(url) if url.startswith("https://") else plugin.parse_url(url)
    return plugin(**parsed, **more) if parsed else None


def fault(url: str) -> str | None:
    """Why a filled URL makes no service, in the service's own words, which name no value of it; None if it makes one."""
    try:
        return None if made(url) is not None else ""
    except AppriseException as error:
        return str(error) if scheme_of(url) in OURS else ""
    except (TypeError, KeyError):
        return ""


def _register() -> None:
    """Put our classes into Apprise's table, now if it is loaded, else as soon as it is."""
    load = N_MGR.load_modules

    def load_with_ours(*args: Any, **kwargs: Any) -> None:
        first = not N_MGR
        load(*args, **kwargs)
        if first:
            _add()

    N_MGR.load_modules = load_with_ours
    if N_MGR:
        _add()


def _add() -> None:
    for plugin in dict.fromkeys(service_class(scheme) for scheme in OURS):
        N_MGR.add(plugin, force=True)


_register()
