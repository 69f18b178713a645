"""What the two WeCom services share: codes, who can be named, which words do harm.

Sources: 全局错误码 https://developer.work.weixin.qq.com/document/path/90455, 群机器人配置说明
https://work.weixin.qq.com/api/doc/90000/90136/91770, 成员管理 (what a userid may hold)
https://developer.work.weixin.qq.com/document/path/90195.
"""

import re

from tasks.outcomes import Outcome
from tasks.outgoing import Mention
from worker.channels.answers import TOO_OFTEN_SECONDS, Codes, means
from worker.channels.parts import MARKDOWN, MENTION

HOME = "https://qyapi.weixin.qq.com"
CODES = Codes(
    pages=(
        "https://developer.work.weixin.qq.com/document/path/90455",
        "https://work.weixin.qq.com/api/doc/90000/90136/91770",
    ),
    keys=("errcode",),
    table={
        # 系统繁忙; 数据版本冲突; 接口调用超过限制; 接口并发调用超过限制
        **means(Outcome.RETRY, -1, 6000, 45009, 45033, wait=TOO_OFTEN_SECONDS),
        # 不合法的secret / CorpID / access_token / agentid; 缺少access_token, secret, agentid; access_token已过期
        **means(Outcome.CHANNEL, 40001, 40013, 40014, 40056, 40091, 41001, 41002, 41004, 41011, 42001),
        # api接口无权限; 不安全的访问IP; 应用已禁用; 无权限操作指定的应用
        **means(Outcome.CHANNEL, 48002, 60020, 50002, 50003, 301002),
        # 机器人webhookurl不合法或者机器人已经被移除出群; 机器人被停用; 不在群里
        **means(Outcome.CHANNEL, 93000, 93004, 93008),
        # 无效的UserID; 不合法的UserID列表; 缺少UserID; 用户没有在可见范围; userid不存在; user、party、tag全部无效或为空
        **means(Outcome.PERSON, 40003, 40031, 41009, 60011, 60111, 81013, 82001),
        # 不合法的msgtype; 不合法的请求字符; 不合法的参数; 文本内容为空; content长度或大小超过限制; 解析JSON出错
        **means(Outcome.CONTENT, 40008, 40033, 40035, 40058, 44004, 45002, 45008, 47001),
    },
)
UNSAFE = {"text": MENTION, "markdown": MARKDOWN}
# 长度为1~64个字节,只能由数字、字母和“_-@.”组成,且第一个字符必须是数字或字母: so "@all" is none.
USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
MOBILE = re.compile(r"\+?[0-9]{5,15}")


def userid(person: Mention) -> str | None:
    """The person's userid, if it can be one."""
    known = person.wecom_id or ""
    return known if USERID.fullmatch(known) else None


def mobile(person: Mention) -> str | None:
    """The person's number, if it can be one."""
    known = re.sub(r"[\s-]", "", person.mobile or "")
    return known if MOBILE.fullmatch(known) else None
