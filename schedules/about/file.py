"""A file of schedules around its entries: the groups with a key of their own, and `for_each`."""

from collections.abc import Mapping

from schedules.about.said import Said, said
from schedules.for_each import FOR_EACH

TITLE = said("日程文件", "A file of schedules")
EXAMPLES = said("例：{examples}", "Example: {examples}")
BRANCH = said("{title}：{what}", "{title}: {what}")
TERM = said("期限", "A term")
GROUPS: Mapping[str, Said] = {
    "summaries": said("逾期情况汇总、单位排名；编号写在冒号前面。", "Summaries and rankings, by id."),
    "registers": said("台账：没有期限，只登记和计数。", "Registers: what is only recorded and counted."),
    "report": said("年度报告：几章几节，各有哪些数字。", "The annual report: its chapters and figures."),
    "ladders": said("催办阶梯：几套现成的提醒，日程里用 remind: {use: 名称}。", "Named ladders, for `remind: {use: …}`."),
}  # fmt: skip
# The keys of an item of `for_each`, beside those of a schedule.
ITEM: Mapping[str, Said] = {
    "title": said("接在总名称后面：主题法治宣传：消费者权益日。", "Added to the entry's title.", "消费者权益日"),
    "on": said("when 里写的 on 就是这一天，加引号。", "What the word on in `when` stands for.", "03-15"),
    "owner": said("这一件谁来办。", "Who owes this one.", {"unit": "综治办"}),
}  # fmt: skip
FAMILY = said(
    "一条写多件：每个日子、单位或题目一件，其余写法相同。",
    "One entry for several days, owners or topics: one schedule for each.",
    {"3·15": {"on": "03-15", "title": "消费者权益日", "owner": {"unit": "综治办"}}},
)
EXAMPLE = f"""\
awareness-days:
  title: 主题法治宣传
  {FOR_EACH}:
    "3·15": {{on: "03-15", title: 消费者权益日, owner: {{unit: 综治办}}}}
    "12·4": {{on: "12-04", title: 国家宪法日, owner: {{unit: 司法所}}}}
  when: {{yearly: on, held: {{from: 5 days before, to: 3 days after}}}}
"""
