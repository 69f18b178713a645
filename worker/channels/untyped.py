"""Apprise's names as values without types: its annotations are partial, and following them would say more wrong than right.

Its 170 plugins are not loaded: `class_of` imports the one module that a scheme needs, which saves 20 MB and a quarter of a second.
"""

from importlib import import_module
from typing import Any

import apprise
import apprise.exception
from apprise.plugins import N_MGR as _N_MGR
from apprise.plugins.base import NotifyBase as _NotifyBase

_apprise: Any = apprise

AppriseAsset: Any = _apprise.AppriseAsset
NotifyBase: Any = _NotifyBase
TEXT: Any = _apprise.NotifyFormat.TEXT
AppriseException: type[Exception] = _apprise.exception.AppriseException
AppriseImproperlyConfigured: type[Exception] = _apprise.exception.AppriseImproperlyConfigured
N_MGR: Any = _N_MGR

# The module and class of each service that an office may use.
SERVICES = {
    "json": "custom_json:NotifyJSON", "jsons": "custom_json:NotifyJSON", "xml": "custom_xml:NotifyXML", "xmls": "custom_xml:NotifyXML",
    "form": "custom_form:NotifyForm", "forms": "custom_form:NotifyForm", "mailto": "email:NotifyEmail", "mailtos": "email:NotifyEmail",
    "wecombot": "wecombot:NotifyWeComBot", "wechat": "wechat:NotifyWeChat", "dingtalk": "dingtalk:NotifyDingTalk",
    "feishu": "feishu:NotifyFeishu", "lark": "lark:NotifyLark", "pushplus": "pushplus:NotifyPushplus",
    "wxpusher": "wxpusher:NotifyWxPusher", "wpush": "wpush:NotifyWPush", "schan": "serverchan:NotifyServerChan",
    "bark": "bark:NotifyBark", "barks": "bark:NotifyBark", "ntfy": "ntfy:NotifyNtfy", "ntfys": "ntfy:NotifyNtfy",
    "mqtt": "mqtt:NotifyMQTT", "mqtts": "mqtt:NotifyMQTT",
    "gotify": "gotify:NotifyGotify", "gotifys": "gotify:NotifyGotify", "smpp": "smpp:NotifySMPP", "smpps": "smpp:NotifySMPP",
}  # fmt: skip


def class_of(scheme: str) -> Any:
    """The plugin's class. Raises KeyError for a scheme that is none of ours."""
    module, _colon, name = SERVICES[scheme].partition(":")
    return getattr(import_module(f"apprise.plugins.{module}"), name)
