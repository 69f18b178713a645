"""What the log gets to read when a database fails."""

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.engine import connect

TYPED = "13800000101"


def test_an_error_names_its_statement_and_not_what_was_asked_with_it(database_url: str) -> None:
    db = connect(database_url)

    with pytest.raises(DBAPIError) as found, db.writing.begin() as session:
        session.execute(text("SELECT name FROM nowhere WHERE mobile = :typed"), {"typed": TYPED})
    db.dispose()

    logged = "".join(traceback.format_exception(found.value))
    assert "nowhere" in logged
    assert TYPED not in logged
