"""What failed or may not have arrived is found and counted without reading the whole ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TROUBLE = sa.text("state IN ('failed', 'unknown')")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_message_trouble", "message", ["state", "send_at"], sqlite_where=TROUBLE, postgresql_where=TROUBLE
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_message_trouble", "message")
