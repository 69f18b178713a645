"""An act of whoever a link belongs to: done in one transaction; what a rule refuses is said on the page, what was typed still there."""

from collections.abc import Callable
from typing import TypeVar

from flask import make_response, redirect
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from schedules.errors import Refused
from worker.web.link import open_link
from worker.web.site import View, reading, runtime, writing

Who = TypeVar("Who")
Find = Callable[[View], tuple[View, Who] | AnyResponse]


def deed(
    find: Find[Who], act: Callable[[View, Who], object], again: Callable[[View, Who, Refused], str | AnyResponse],
    then: Callable[[Who], str],
) -> AnyResponse:  # fmt: skip
    """Find who reads, act, and go on to the address `then`. Where the link opens nothing, the answer is what `find` says instead.

    `again` shows the page with what was refused, or answers otherwise; it may raise the refusal.
    """
    try:
        with writing() as view:
            found = find(view)
            if isinstance(found, AnyResponse):
                return found
            act(*found)
            to = then(found[1])
    except Refused as refused:
        with reading() as view:
            found = find(view)
            if isinstance(found, AnyResponse):
                return found
            page = again(*found, refused)
            return make_response(page, 422) if isinstance(page, str) else page
    runtime().nudger.nudge()
    return redirect(to, 303)


def person_of(token: str) -> Find[PersonRow]:
    """The person of an own page `/me/<token>`."""

    def find(view: View) -> tuple[View, PersonRow] | AnyResponse:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, AnyResponse):
            return opened
        return view.for_reader(opened[1]), opened[1]

    return find
