"""A list that takes several pages: which one an address asks for, and where the pages beside it are."""

from flask import request, url_for

from worker.web.asked import row_number

MOST_PAGES = 1000  # nobody turns more; it bounds what the database has to skip


def asked_page(most: int = MOST_PAGES) -> int:
    """The page that the address asks for, from 1 to `most`; the first one where it asks for none that can be."""
    return min(max(row_number(request.args.get("page", "")), 1), most)


def beside(endpoint: str, page: int, *, more: bool, **query: str | int) -> dict[str, str]:
    """The addresses of the pages before (`newer`) and after (`older`); empty where there is none.

    `more`: whether something follows; `query`: what else the address of the list says.
    """
    return {
        "newer": url_for(endpoint, **query, page=page - 1) if page > 1 else "",  # type: ignore[arg-type] # values of an address
        "older": url_for(endpoint, **query, page=page + 1) if more else "",  # type: ignore[arg-type]
    }
