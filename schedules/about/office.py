"""`office.yaml`: the office, its times, channels, units, roles and posts."""

from schedules.about.said import Parts, part, said
from schedules.office_grammar import (
    ChannelDefinition,
    ContactPerson,
    Lights,
    NoticeDefinition,
    OfficeFile,
    PostDefinition,
    QuietSpan,
    Reach,
    RoleDefinition,
    UnitDefinition,
)

PARTS: Parts = {
    OfficeFile: part(
        ("单位设置", "The office"),
        (
            "office.yaml：单位、时间、渠道、科室、角色、职务、催办阶梯。",
            "office.yaml: the office, its times, channels, units, roles, posts, ladders.",
        ),
        {
            "title": said("单位全称。", "The office's full name.", "解放区民主街道办事处"),
            "short": said("简称，消息里用。", "A short name, for messages.", "民主街道"),
            "timezone": said("时区。", "The time zone.", "Asia/Shanghai"),
            "language": said("消息和页面的语言。", "Language of messages and pages."),
            "day_ends": said(
                "单位自定的事项，当天到几点为止；法定期限一律到 24:00。",
                "When a due day ends; legal terms end at 24:00.",
                "18:00",
            ),
            "sending": said(
                "每天几点发消息，从早到晚写。", "When messages go out, in order.", ["08:40", "15:00"]
            ),
            "quiet": said(
                "这些时段不发消息，可以跨过零点。",
                "No messages in these spans; they may run over midnight.",
                [{"from": "18:00", "to": "08:30"}],
            ),
            "rest_days": said("休息日发不发。", "Whether messages go out on rest days."),
            "urgent": said(
                "急件在静默时段、休息日发不发。",
                "Whether an urgent rung may break quiet hours and rest days.",
            ),
            "mode": said("正式运行还是试运行。", "Live, or on trial."),
            "start_on": said(
                "启用日：此前到期的只列入“历史待核”，不催。",
                "What was due before is listed once, silently.",
                "2026-11-23",
            ),
            "contact": said(
                "消息末尾写的联系人。",
                "Whom staff ask when a message is unclear.",
                {"person": "wangmin", "phone": "8123"},
            ),
            "clerk": said(
                "督办员是哪个角色：核发消息、代为登记。",
                "The role that releases messages and records for others.",
                "clerk",
            ),
            "units": said(
                "科室、社区、外单位。",
                "Sections, communities, outside bodies.",
                {"zongzhiban": {"title": "综治办", "kind": "section", "head": "majun"}},
            ),
            "roles": said(
                "角色；花名册“角色”一栏写它的名称。",
                "Roles; the roster names them by title.",
                {"staff": {"title": "机关工作人员"}},
            ),
            "posts": said(
                "逐级告知的职务：科室负责人、分管领导、主要领导。",
                "Posts that are told in turn.",
                {"leader": {"title": "主要领导", "person": "linhaifeng"}},
            ),
            "channels": said(
                "怎样发消息；每个渠道一个编号。",
                "The ways to reach people, by id.",
                {"personal": {"url": "outbox://{id}"}},
            ),
            "schemes": said(
                "另外启用的渠道类型，如 mqtt。",
                "Apprise services beyond those that duban reads itself.",
                ["mqtt"],
            ),
            "reach": said(
                "怎样告知到人：纸质、群机器人、个人消息。",
                "How people are reached: paper, group, personal.",
                {"level": "personal", "people": ["personal"], "group": "group"},
            ),
            "lights": said("什么时候亮黄灯。", "When a duty turns yellow.", {"soon_short": "3 workdays"}),
            "ladders": said(
                "催办阶梯：几套现成的提醒，日程里用 remind: {use: 名称}。",
                "Named ladders, for `remind: {use: …}`.",
                {"monthly-task": [{"before": "due", "by": "5 workdays"}]},
            ),
            "notices": said(
                "三色督办单叫什么。", "What coloured notices are called.", {"red": {"title": "挂牌督办"}}
            ),
        },
        "title: 解放区民主街道办事处\nchannels: {personal: {url: 'outbox://{id}'}}\nreach: {people: personal}",
    ),
    QuietSpan: part(
        ("静默时段", "Quiet hours"),
        ("从几点到几点不发消息。", "No messages from one time of day to another."),
        {
            "from": said("从几点，加引号。", "From when, in quotes.", "18:00"),
            "to": said("到几点，加引号。", "Until when, in quotes.", "08:30"),
        },
        'from: "18:00"\nto: "08:30"',
    ),
    ContactPerson: part(
        ("联系人", "Contact"),
        ("看不明白消息时问谁。", "Whom staff ask."),
        {
            "person": said("工号或姓名。", "An id of the roster, or a name.", "wangmin"),
            "phone": said("电话或分机，加引号。", "Phone or extension, in quotes.", "8123"),
        },
        'person: wangmin\nphone: "8123"',
    ),
    UnitDefinition: part(
        ("单位", "A unit"),
        (
            "科室、社区、队伍、外单位，或包括它们的上级。",
            "A section, community, team, outside body, or a group of them.",
        ),
        {
            "title": said("名称；花名册“单位”一栏写这个。", "Its title; the roster names it so.", "综治办"),
            "parent": said("上级的编号。", "Id of the unit above.", "sections"),
            "kind": said(
                "类别：section 科室、community 社区、team 队伍、external 外单位（不催办、不排名）。",
                "section, community, team; external: neither urged nor ranked.",
                "section",
                "community",
                "team",
                "external",
            ),
            "head": said("负责人的工号；社区写书记。", "Id of its head.", "majun"),
            "leader": said(
                "分管领导的工号；社区写包联领导。", "Id of the deputy leader in charge.", "luozhiqiang"
            ),
            "description": said("说明。", "A note.", "民政、低保"),
        },
        "title: 综治办\nparent: sections\nkind: section\nhead: majun\nleader: luozhiqiang",
    ),
    RoleDefinition: part(
        ("角色", "A role"),
        (
            "花名册里的人担任的角色；同一角色有几个人，一人办结即可。",
            "A role that people of the roster hold.",
        ),
        {
            "title": said("名称；花名册“角色”一栏写这个。", "Its title; the roster names it so.", "学习秘书"),
            "description": said("做什么。", "What it does.", "登记每场学习的主题和到会情况"),
        },
        "title: 学习秘书\ndescription: 登记每场学习的主题和到会情况",
    ),
    PostDefinition: part(
        ("职务", "A post"),
        (
            "逐级告知的职务；各单位的负责人和分管领导写在单位那里。",
            "A rank that is told; heads and leaders stand with the unit.",
        ),
        {
            "title": said("叫什么。", "What it is called.", "主要领导"),
            "person": said(
                "由谁担任，写工号；只有主要领导要写。", "Who holds it, by id; for leader.", "linhaifeng"
            ),
        },
        "title: 主要领导\nperson: linhaifeng",
    ),
    ChannelDefinition: part(
        ("渠道", "A channel"),
        (
            "一种发消息的方式，写法见 docs/channels.md。密钥不写在这里，写 {secret.名称}。",
            "A way to reach people; docs/channels.md. Secrets by name only: {secret.NAME}.",
        ),
        {
            "url": said(
                "渠道地址；{id}{mobile}{wecom_id}{email} 换成花名册里的内容。",
                "Its URL; {id} {mobile} {wecom_id} {email} come from the roster.",
                "outbox://{id}",
                "wecombot://{secret.WECOM_BOT_KEY}",
            ),
            "quiet": said("静默时段发不发。", "Whether it keeps quiet hours."),
            "group": said("是群：不带个人链接。", "A group: it cannot carry a personal link."),
            "unknown": said(
                "不知道对方收没收到时怎么办。", "What becomes of a message that may or may not have arrived."
            ),
            "limits": said(
                "最多多快发，如每分钟 20 条。", "How often it may be used, over all workers.", ["20/minute"]
            ),
        },
        'url: "wecombot://{secret.WECOM_BOT_KEY}"\ngroup: true\nunknown: hold',
    ),
    Reach: part(
        ("怎样告知到人", "How people are reached"),
        (
            "每一级都能单独用；联系不上的走纸质。",
            "Each level is complete; whom no channel reaches is told on paper.",
        ),
        {
            "level": said("用哪一级。", "Which level."),
            "people": said(
                "发给个人的渠道，按顺序试。",
                "Channels to people, in the order in which they are tried.",
                ["personal"],
            ),
            "group": said("群用的渠道。", "The group's bot.", "group"),
        },
        "level: personal\npeople: [personal]\ngroup: group",
    ),
    Lights: part(
        ("亮灯", "Lights"),
        ("绿是正常，黄是快到期，红是逾期，灰是暂定、待外单位或中止。", "When a duty turns yellow."),
        {
            "soon_short": said("短期限的，提前多久亮黄灯。", "For short terms.", "3 workdays"),
            "soon_long": said("长期限的，提前多久亮黄灯。", "For long terms.", "7 workdays"),
            "long_from": said("多长算长期限。", "From which length a term is long.", "16 days"),
        },
        "soon_short: 3 workdays\nsoon_long: 7 workdays\nlong_from: 16 days",
    ),
    NoticeDefinition: part(
        ("督办单的叫法", "A coloured notice"),
        ("写在消息标题里。", "The word in the title of the message."),
        {"title": said("叫什么。", "What it is called.", "挂牌督办")},
        "title: 挂牌督办",
    ),
}
