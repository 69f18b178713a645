"""Each way to put a personal link into a message to a group: mypy has to refuse every one, see tests/unit/texts/test_group_types.py."""

from datetime import UTC, date, datetime

from tasks.delivery import links
from tasks.delivery.payloads import Contact, GroupMessage, ReminderLine, Rendered
from worker.settings import Secret
from worker.tokens import Tokens

NOW = datetime(2026, 11, 23, tzinfo=UTC)
link = Tokens(Secret("k"), base_url="https://duban.example.cn").personal_link(17, 4, NOW)
message = Tokens(Secret("k"), base_url="https://duban.example.cn").message_link(17, 4, NOW)
slip = Tokens(Secret("k"), base_url="https://duban.example.cn").bind_link(17, "slip")

GroupMessage(lines=(), tz=UTC, link=link)  # refused
GroupMessage(lines=(), tz=UTC, contact=Contact(person=link))  # refused
GroupMessage(lines=(), tz=UTC, trial_for=message)  # refused
ReminderLine(schedule_key="s", occurrence_key="1", title="t", phase="on", due_on=None, today=date.min, text=link)  # refused
ReminderLine(schedule_key="s", occurrence_key="1", title=slip, phase="on", due_on=None, today=date.min)  # refused
Rendered(title="t", body=link)  # refused
Rendered(title="t", body="详情：" + link)  # refused
links.mask("body", link)  # refused
