"""signatures, coloured notices, absences, approvals that are asked for, duties taken over."""

import sqlalchemy as sa
from alembic import op

from models.types import UtcDateTime

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

# Plain columns that a running database takes without a new copy of the table.
COLUMNS = (
    ("rung", "notice", sa.String(length=8)),
    ("rung", "asks_id", sa.Integer()),
    ("rung", "unless_id", sa.Integer()),
    ("reminder", "via", sa.String(length=200)),
    ("obligation", "approval_id", sa.Integer()),
    ("obligation", "transferred_from", sa.Integer()),
)


def upgrade() -> None:
    """Apply."""
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_absence_deputy_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_person_id_until_on"), ["person_id", "until_on"], unique=False
        )
    op.create_table(
        "acknowledgement",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["name_id"], ["rung_name.id"], name=op.f("fk_acknowledgement_name_id_rung_name")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_acknowledgement_obligation_id_obligation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_acknowledgement_person_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "obligation_id", "epoch", "name_id", "person_id", name=op.f("pk_acknowledgement")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("acknowledgement")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_person_id_until_on"))
    op.drop_table("absence")
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
