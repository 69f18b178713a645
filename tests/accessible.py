"""What axe-core finds in a page: a helper for tests in a real browser."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.2 A and AA, and axe's own good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")


def serious(page: Page) -> list[str]:
    """Every serious or critical violation on the page as it stands, one line each: path, rule, what it is, where.

    `details` are opened first, so that what they hide is looked at too. The pages run no script; axe is put in from outside the page,
    which the browser allows to its debugger whatever the page's policy says.
    """
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(
        page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    )
    return [
        f"{urlsplit(page.url).path}: {each['id']} ({each['impact']}): {each['help']}: {node['target']}"
        for each in found.response["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
