"""The files of a small office of four people."""

OFFICE_YAML = """\
title: 小单位
channels:
  personal: {url: "outbox://{id}"}
  group: {url: "outbox://group", group: true}
reach: {people: personal, group: group}
units:
  all: {title: 各科室}
  law: {title: 司法所, parent: all, head: alice, leader: bob}
  team: {title: 执法队, parent: all, head: bob}
roles: {clerk: {title: 督办员}, staff: {title: 工作人员}, keeper: {title: 管理员}}
posts: {leader: {title: 主要领导, person: bob}}
ladders:
  weekly: [{before: start, by: 1 workday}]
  monthly-task: [{at: open}, {before: due, by: 5 workdays}, {after: due, by: 3 workdays, to: [unit-head, deputy-leader]}]
  statute: [{on: due}]
  certificate: [{before: expiry, by: 90 days}]
"""
PEOPLE_CSV = """\
工号,姓名,单位,角色,标签,手机号,入职日期
alice,艾丽,司法所,督办员、工作人员,党员,13800000001,
bob,包博,执法队,工作人员、管理员,,13800000002,
carol,卡萝,执法队,工作人员,党员,13800000003,2026-06-01
dave,戴维,司法所,,,13800000004,
"""
CREDENTIALS_CSV = """\
证件编号,证件种类,持证人工号,发证日期,有效期至
B-1,enforcement,bob,2021-10-09,2026-10-08
C-1,enforcement,carol,2026-06-15,2031-06-14
"""
