"""What an address and a form may hold before any page looks at it: numbers that a row can have, texts that both databases can."""

from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, ValidationError

from models.types import MOST_ID

NUL = "\x00"


class RowNumber(IntegerConverter):
    """A number in an address. Where no row can have it there is no such page."""

    def to_python(self, value: str) -> int:
        """The number. Raise ValidationError for one that nothing can have."""
        number: int = super().to_python(value)
        if number > MOST_ID:
            raise ValidationError
        return number


def row_number(text: str) -> int:
    """The number of a row, or of a page, as a form or a query says it; 0, which nothing has, for anything else."""
    found = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_ID)) else 0
    return found if found <= MOST_ID else 0


class Asked(Request):
    """A request whose form holds no NUL, which PostgreSQL takes in no text."""

    def _load_form_data(self) -> None:
        super()._load_form_data()
        form = self.__dict__["form"]
        if any(NUL in text for pair in form.items(multi=True) for text in pair):
            cleaned = [
                (name.replace(NUL, ""), value.replace(NUL, "")) for name, value in form.items(multi=True)
            ]
            self.__dict__["form"] = ImmutableMultiDict(cleaned)


def install(app: Flask) -> None:
    """Read requests so. Call it before addresses are added."""
    app.request_class = Asked
    app.url_map.converters["int"] = RowNumber
    app.before_request(_look)


def _look() -> None:
    """404 for an address with a NUL: nothing of ours has one in its name. Programs learn that what they asked with is at fault: 400."""
    given: list[Any] = [text for pair in request.args.items(multi=True) for text in pair]
    if NUL in request.path:
        abort(404)
    if any(NUL in each for each in given):
        abort(400 if request.path.startswith("/api/") else 404)
