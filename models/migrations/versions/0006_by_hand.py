"""schedules paused, occurrences moved or skipped by hand, types of certificates."""

import sqlalchemy as sa
from alembic import op

from models.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "occurrence_override",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("rule_on", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_occurrence_override_schedule_id_schedule")
        ),
        sa.PrimaryKeyConstraint("schedule_id", "key", "seq", name=op.f("pk_occurrence_override")),
    )
    op.create_table(
        "schedule_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("began_by", sa.String(length=64), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("end_reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_pause_schedule_id_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_pause")),
    )
    op.create_index(op.f("ix_schedule_pause_schedule_id"), "schedule_pause", ["schedule_id"], unique=False)
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.add_column(sa.Column("type", sa.String(length=12), server_default="first", nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_column("type")
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_column("paused_until")
        batch_op.drop_column("paused_at")
    op.drop_index(op.f("ix_schedule_pause_schedule_id"), table_name="schedule_pause")
    op.drop_table("schedule_pause")
    op.drop_table("occurrence_override")
