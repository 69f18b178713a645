"""Every table in one import, so that the metadata is complete wherever it is used."""

from models.base import Base
from models.messages import AttemptRow, MessageRow, NoticeRow, ReminderRow
from models.obligations import (
    AuditRow,
    ConfirmationRow,
    CreditRow,
    DueChangeRow,
    EvidenceRow,
    FileRow,
    ObligationRow,
    OccurrenceRow,
    RungNameRow,
    RungRow,
    TimelineRow,
)
from models.people import (
    ChannelRow,
    CredentialRow,
    MembershipRow,
    PartyRow,
    PersonRow,
    RecipientRow,
    RouteRow,
    UnitRow,
)
from models.registers import FigureRow, RegisterEntryRow, RegisterFileRow, RegisterZeroRow
from models.schedules import (
    HeartbeatRow,
    LeaseRow,
    OfficeStateRow,
    OfficeVersionRow,
    ScheduleRow,
    ScheduleVersionRow,
)

__all__ = [
    "AttemptRow", "AuditRow", "Base", "ChannelRow", "ConfirmationRow", "CredentialRow", "CreditRow", "DueChangeRow",
    "EvidenceRow", "FigureRow", "FileRow", "HeartbeatRow", "LeaseRow", "MembershipRow", "MessageRow", "NoticeRow",
    "ObligationRow", "OccurrenceRow", "OfficeStateRow", "OfficeVersionRow", "PartyRow", "PersonRow", "RecipientRow",
    "RegisterEntryRow", "RegisterFileRow", "RegisterZeroRow", "ReminderRow", "RouteRow", "RungNameRow", "RungRow", "ScheduleRow",
    "ScheduleVersionRow", "TimelineRow", "UnitRow",
]  # fmt: skip
