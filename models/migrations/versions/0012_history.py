"""What led to each version of the office; versions are kept as they are."""

import sqlalchemy as sa
from alembic import op

from models.types import CanonicalJson

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# `files` may have to lose what a person has a right to have erased; nothing else ever changes.
KEPT = "id, digest, applied_at, applied_by, based_on, origin, returned_to, note, changes"
WORDS = "versions of the office are kept as they are"


def upgrade() -> None:
    """Apply."""
    for column in (
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=8), server_default="folder", nullable=False),
        sa.Column("returned_to", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("changes", CanonicalJson(), nullable=True),
    ):
        op.add_column("office_version", column)
    if op.get_bind().dialect.name == "sqlite":
        for name, event in (("kept", f"UPDATE OF {KEPT}"), ("stays", "DELETE")):
            op.execute(
                f"CREATE TRIGGER office_version_{name} BEFORE {event} ON office_version "
                f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION office_version_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
    )
    for name, event in (("kept", f"UPDATE OF {KEPT}"), ("stays", "DELETE")):
        op.execute(
            f"CREATE TRIGGER office_version_{name} BEFORE {event} ON office_version "
            "FOR EACH ROW EXECUTE FUNCTION office_version_kept()"
        )


def downgrade() -> None:
    """Go back."""
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON office_version"
    for name in ("kept", "stays"):
        op.execute(f"DROP TRIGGER office_version_{name}{on}")
    if on:
        op.execute("DROP FUNCTION office_version_kept()")
    for column in ("changes", "note", "returned_to", "origin", "based_on"):
        op.drop_column("office_version", column)
