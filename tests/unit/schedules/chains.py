"""A penalty case as the tests write it, for the small office."""

CASE = """\
case:
  title: 行政处罚案件
  privacy: case
  when:
    event: case.filed
    key: 案号
    fields:
      major: yes-no
      hearing: yes-no
      amount: {kind: number, required: false}
      kind: {kind: choice, from: [占道, 违建], required: false}
      station: {kind: unit, required: false}
      witness: {kind: person, required: false}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event, unit: all}
  steps:
    found:  {title: 调查终结, evidence: {closed_on: date}}
    notify: {title: 事先告知, evidence: {served_on: date}}
    wait:   {title: 听证申请期, if: hearing, after: notify, from: served_on, wait: 5 workdays}
    review:
      title: 法制审核
      if: major
      owed_by: {role: keeper, not: handlers}
      after: [found, wait]
      within: 5 workdays
      evidence: {result: {kind: choice, from: [同意, 修改, 退回]}}
    decide:
      title: 作出决定
      after: event
      within: 90 days
      internal: 75 days
      gate: [notify, wait, review=同意]
      extend: {once: 30 days, approve: {role: keeper}, basis: required}
      evidence: {decided_on: date}
      basis: 行政处罚法60条
    serve: {title: 送达, after: decide, from: decided_on, within: 7 workdays, evidence: {served_on: date}}
    pay:   {title: 缴款, after: serve, from: served_on, within: 15 days, roll: next-workday, track: party}
    ask:   {title: 征求意见, owed_by: {external: law}, after: found, within: 10 days}
    close: {title: 结案, after: {earlier: [serve, ask]}, within: 30 days}
    redo:  {title: 补正, if: review.result = 修改, after: review, within: 3 days}
  pause: {allow: [鉴定, 公告], stops: [decide], basis: required, approve: {role: keeper}}
  branches: {withdrawn: 撤案, transferred: 移送}
  remind: []
"""
