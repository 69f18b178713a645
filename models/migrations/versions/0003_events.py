"""events, stopped clocks, longer terms."""

import sqlalchemy as sa
from alembic import op

from models.types import CanonicalJson, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=True),
        sa.Column("fields", CanonicalJson(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_event_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_event_kind_key")),
    )
    op.create_table(
        "clock_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_clock_stop_obligation_id_obligation")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_clock_stop_by_id_person")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_clock_stop_approved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stop")),
    )
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("words", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_extension_obligation_id_obligation")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_extension_asked_by_id_person")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_extension_decided_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    for table, index, where in _ONE_AT_A_TIME:
        op.create_index(
            index,
            table,
            ["obligation_id"],
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("fields", CanonicalJson(), server_default=sa.text("'{}'"), nullable=False)
        )
        batch_op.add_column(sa.Column("closed_as", sa.String(length=64), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_occurrence_event_id_event"), "event", ["event_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_occurrence_event_id"), ["event_id"], unique=False)
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("internal_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("waits_for", sa.String(length=64), nullable=True))


_ONE_AT_A_TIME = (
    ("clock_stop", "uq_clock_stop_running", "until_on IS NULL"),
    ("extension", "uq_extension_asked", "state = 'asked'"),
)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_column("waits_for")
        batch_op.drop_column("internal_on")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrence_event_id"))
        batch_op.drop_constraint(batch_op.f("fk_occurrence_event_id_event"), type_="foreignkey")
        batch_op.drop_column("closed_as")
        batch_op.drop_column("fields")
        batch_op.drop_column("event_id")
    for table, index, where in reversed(_ONE_AT_A_TIME):
        op.drop_index(index, table_name=table, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_table("extension")
    op.drop_table("clock_stop")
    op.drop_table("event")
