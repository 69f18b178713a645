"""Whole entries that editors offer to fill in: `${1:word}` is where the cursor goes first."""

from typing import NamedTuple

from schedules.about.said import Said, said


class Snippet(NamedTuple):
    """A template of an editor: what it is called, what it is for, and its text with places to fill in."""

    label: Said
    what: Said
    body: str


ENTRIES: tuple[Snippet, ...] = (
    Snippet(
        said("日程：每周集中学习", "schedule: a weekly gathering"),
        said("整场登记一次，缺席的补学。", "Recorded once; those absent make up for it."),
        '${1:study}:\n  title: ${2:周五集中学习}\n  when: {weekly: ${3:周五}, time: "${4:15:00}", on_holiday: previous-workday}\n'
        "  who: {roles: [${5:staff}]}\n  record:\n    by: {role: ${6:study-secretary}}\n    within: 1 workday\n"
        "    evidence:\n      topic: {label: 学习主题, kind: text}\n"
        "  done: {through: attendance, make_up: 10 workdays}\n  remind: {use: weekly}\n",
    ),
    Snippet(
        said("日程：每月报送", "schedule: a monthly return"),
        said("每月最后一个工作日前报送。", "By the last working day of each month."),
        "${1:monthly-return}:\n  title: ${2:每月报送}\n  when: {monthly: ${3:last-workday}}\n  who: {role: ${4:clerk}}\n"
        "  done:\n    evidence:\n      file: {label: ${5:报表}, kind: file}\n  remind: {use: monthly-task}\n",
    ),
    Snippet(
        said("日程：每年限期", "schedule: a deadline every year"),
        said("每年某日前办结，含当日。", "Every year by a day, which is included."),
        '${1:yearly-report}:\n  title: ${2:年度报告}\n  basis: {text: ${3:依据}, kind: ${4:default}}\n'
        '  when: {by: "${5:01-31}", opens: 20 workdays before}\n  who: {role: ${6:clerk}}\n'
        "  done:\n    evidence:\n      report: {label: ${7:报告}, kind: file}\n  remind: {use: monthly-task}\n",
    ),
    Snippet(
        said("日程：限定月份的会议", "schedule: a meeting in certain months"),
        said("先报送、再开会、后印纪要。", "Collect, meet, minutes."),
        "${1:review}:\n  title: ${2:集中研判}\n  when: {window: [${3:7, 11}], due: last-workday}\n"
        "  who: {post: ${4:党工委}, responsible: {role: ${5:clerk}}, assist: {units: [${6:sections}]}}\n  steps:\n"
        "    collect: {title: 报送问题清单, owed_by: assist, due: {before: meet, by: 5 workdays}, evidence: {list: file}}\n"
        "    meet: {title: 召开会议, due: window, evidence: {held_on: date}}\n"
        "    minutes: {title: 印发纪要, after: meet, from: held_on, within: 5 workdays, evidence: {minutes: file}}\n"
        "  on_time: meet\n  remind: {use: monthly-task}\n",
    ),
    Snippet(
        said("日程：年度学时", "schedule: hours of a year"),
        said("一年内学满规定的学时。", "So many hours within the year."),
        "${1:training}:\n  title: ${2:年度培训}\n  when: {cycle: calendar-year}\n  who: {roles: [${3:staff}]}\n"
        "  done: {sum: hours, reach: ${4:40}, one_hour: 45 minutes, approve: {role: ${5:clerk}}}\n"
        '  milestones: [{by: "06-30", reach: ${6:20}}]\n  remind:\n'
        "    - {before: milestone, by: 15 workdays, when_behind: true}\n    - {before: due, by: 20 workdays, when_behind: true}\n"
        "    - {after: due, by: 1 workday, to: unit-head, as: list}\n",
    ),
    Snippet(
        said("日程：证件到期", "schedule: a certificate expires"),
        said("每本证件一件，到期前换证。", "One for each certificate, renewed before it expires."),
        "${1:renewal}:\n  title: ${2:换证}\n  when: {expiry: ${3:enforcement}, opens: 180 days before}\n"
        "  who: {holder: true, responsible: {role: ${4:clerk}}}\n  done: {credential: later-expiry}\n  remind: {use: certificate}\n",
    ),
    Snippet(
        said("日程：事件（一件一办）", "schedule: an event"),
        said("登记一件开一件，各环节按期限办。", "One for each event that is recorded."),
        "${1:matter}:\n  title: ${2:来件办理}\n  when:\n    event: ${3:matter.received}\n    key: ${4:编号}\n    fields:\n"
        "      unit: {label: 承办单位, kind: unit}\n  who: {from_event: unit}\n  steps:\n"
        "    answer: {title: ${5:答复}, after: event, within: ${6:15 workdays}, evidence: {letter: file}}\n"
        "  remind: {use: short-task}\n",
    ),
)  # fmt: skip
GROUPS: dict[str, Snippet] = {
    "registers": Snippet(
        said("一本台账", "a register"),
        said("没有期限，只登记和计数。", "Without a deadline; only recorded and counted."),
        "${1:cleanup}:\n  title: ${2:整治行动}\n  by: {unit: ${3:综治办}}\n  fields:\n    place: {label: 地点, kind: text}\n"
        "    photos: {label: 照片, kind: photo, required: false}\n",
    ),
}  # fmt: skip
