"""What the two WeCom services share: codes, who can be named, which words do harm.

Sources: 全局错误码 https://developer.work.weixin.qq.com/document/path/90455, 群机器人配置说明
https://work.weixin.qq.com/api/doc/90000/90136/91770, 成员管理 (what a userid may hold)
https://developer.work.weixin.qq.com/document/path/90195.
"""

import re

from tasks.delivery.outcomes import Outcome
from tasks.delivery.outgoing import Mention
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
        # 不合法的secret / CorpID / access_token / agentid; 缺少access_token, corpid, secret, agentid; access_token已过期
        **means(Outcome.CHANNEL, 40001, 40013, 40014, 40056, 40091, 41001, 41002, 41004, 41011, 42001),
        # API接口无权限调用; API接口已废弃; 接口权限被收回; 应用已禁用; 访问ip不在白名单之中; 无权限操作指定的应用
        **means(Outcome.CHANNEL, 48002, 48005, 48006, 50003, 60020, 301002),
        # 机器人webhookurl不合法或者机器人已经被移除出群; 机器人被停用; 不在群里
        **means(Outcome.CHANNEL, 93000, 93004, 93008),
        # 无效的UserID; 不合法的UserID列表; 缺少userid; 未绑定微信或未关注; 指定的用户不存在; 成员不在权限范围
        **means(Outcome.PERSON, 40003, 40031, 41009, 43004, 46004, 50002),
        # 指定的成员无权限; userid不在应用可见范围内; UserID不存在; UserID、部门ID、标签ID全部非法或无权限, 全部为空; 不在可见范围
        **means(Outcome.PERSON, 60011, 60021, 60111, 81013, 82001, 92000),
        # 不合法的msgtype、请求字符、参数, 参数为空, content为空, 消息内容大小超过限制, 解析JSON出错, 包含不合法的词语
        **means(Outcome.CONTENT, 40008, 40033, 40035, 40058, 40063, 44004, 45002, 47001, 85002),
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
