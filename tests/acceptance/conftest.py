"""Fixtures of the pages in a real browser, see `pages_office`."""

from pages_office import browser, desk, office, phone

__all__ = ["browser", "desk", "office", "phone"]
