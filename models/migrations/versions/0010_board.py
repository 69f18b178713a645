"""The index by which a year's duties are counted without reading the table."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_obligation_party", table_name="obligation")
    op.create_index(
        "ix_obligation_party", "obligation", ["party_id", "state", "due_on", "done_on", "waits_for"]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_obligation_party", table_name="obligation")
    op.create_index("ix_obligation_party", "obligation", ["party_id", "state"])
