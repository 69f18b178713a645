"""Who may open which route, for test_rights.py. A route that no line here speaks of fails that test: add a line when you add a route.

RULES: the name of an endpoint, or of a blueprint with `*`, and the family it belongs to; the longest name that fits counts. Whatever
       stands under /desk is the clerk's, and what stands under /c/ and /me/ is behind a link, whichever module serves it.
FAMILIES: what each kind of reader gets, by GET or by POST with a valid form token:

    in      let in: anything but 401, 403 and an error of ours (a sample that does not exist may be 404)
    401     asked to sign in
    403     known, and not for him
    404     not shown that there is such a thing
    any     open to everybody, whatever the answer

SAMPLES: what stands in the address, by the name of the variable, or by "endpoint:variable" where that needs another value.
OBJECTS: routes that show one thing of 民主社区 (the sample): the head of that unit sees it, the head of 友谊社区 gets 404.
"""

from typing import Any

READERS = (
    "nobody", "staff by phone", "staff by link", "head of another unit", "head of the own unit", "deputy leader", "leader", "clerk",
    "inspector", "ended inspector",
)  # fmt: skip
STRANGERS = ("nobody", "staff by phone", "staff by link", "ended inspector")


def family(default: str, **others: str) -> dict[str, str]:
    """What every reader gets; strangers 401. Names of readers with _ for a space."""
    found = {reader: "401" if reader in STRANGERS else default for reader in READERS}
    return found | {name.replace("_", " "): what for name, what in others.items()}


FAMILIES: dict[str, dict[str, str]] = {
    "public": dict.fromkeys(READERS, "any"),
    # A signed link, or the phone that is known: it opens its person's pages and nobody else's.
    "link": dict.fromkeys(READERS, "404") | {"staff by phone": "in", "staff by link": "in"},
    "phone": dict.fromkeys(READERS, "401") | {"staff by phone": "in"},
    "viewer": family("in"),
    "member": family("in", inspector="403"),
    "whole office": family("in", head_of_another_unit="403", head_of_the_own_unit="403", deputy_leader="403"),
    "clerk": family("403", clerk="in"),
    # On the sample, which the head of the own unit owes: nobody acts on the own duties, and some acts are for approvers.
    "act": family("in", inspector="403", head_of_another_unit="404", head_of_the_own_unit="403"),
    "decision": family(
        "in", inspector="403", head_of_another_unit="404", head_of_the_own_unit="403", deputy_leader="403"
    ),
    # The projector of a gathering: only a browser to which its host has sent the screen.
    "screen": dict.fromkeys(READERS, "404"),
}
# What may be done by POST where that differs: inspectors change nothing, even where they may read.
POSTS: dict[str, dict[str, str]] = {
    "viewer": FAMILIES["member"],
    "whole office": FAMILIES["whole office"] | {"inspector": "403"},
}
INSPECTORS_DO = ("inspect.draw",)
WITHOUT_FORM_TOKEN = ("api.*",)  # programs carry a key instead of a form

RULES: dict[str, str] = {
    "static": "public",
    "health.*": "public",
    "metrics.metrics": "public",
    "signin.*": "public",
    "bind.*": "public",
    "bind.duty": "phone",
    "overseen.*": "link",
    "feed.ics": "public",  # the address itself is the key; what it answers is tried with the calendar
    "hall.*": "screen",
    "scan.*": "public",  # the code on the screen says nothing of anybody; whose phone it is decides, see the tests of the check-in
    "board.*": "viewer",
    "drill.*": "viewer",
    "report.*": "whole office",
    "outbox.*": "member",
    "outbox.open_as": "clerk",
    "inspect.*": "whole office",
    "inspect_cases.*": "whole office",
    "inspect_certificates.*": "whole office",
    "inspect_late.*": "whole office",
    "supervise.*": "viewer",
    "acts.*": "act",
    "acts.close": "decision",
    "acts.extend": "decision",
    "acts.waive": "decision",
    "act_event.*": "member",
    "event_correct.*": "member",
    "act_urge.*": "member",
    "archive.occurrence": "viewer",
    "archive.year": "whole office",
}

OBJECTS: tuple[str, ...] = ("outbox.message", "supervise.duty", "drill.unit", "drill.person")

SAMPLES: dict[str, Any] = {
    "filename": "look.css",
    "lang": "zh_CN",
    # Filled in by the test from the office: a duty of 民主社区, its occurrence, a message to its head, ...
    "obligation_id": "duty",
    "occurrence_id": "occurrence",
    "message_id": "message",
    "drill.unit:key": "minzhu",
    "drill.person:key": "chenxia",
    "drill.schedule:key": "half-year-review",
    "drill.schedule_table:key": "half-year-review",
    "year": 2026,
    "event_id": 1,
    "page": 1,
    "what": "drafts",
    "registers.page:key": "cleanup",
    "registers.zero:key": "cleanup",
    "registers.undo:key": "cleanup",
    "first": 1,
    "last": 1,
}


PATHS = {"/desk": "clerk", "/c/": "link", "/me": "link"}


def rule_of(endpoint: str, path: str) -> str | None:
    """The family of an endpoint at an address as the application lists it."""
    whole = endpoint.rpartition(".")[0] + ".*"
    by_path = next((family for start, family in PATHS.items() if path.startswith(start)), None)
    return RULES.get(endpoint) or by_path or RULES.get(whole)


def expected(endpoint: str, path: str, method: str, reader: str) -> str:
    """What a reader gets."""
    name = rule_of(endpoint, path) or ""
    if method == "POST" and reader == "inspector" and endpoint in INSPECTORS_DO:
        return "in"
    return (POSTS.get(name, FAMILIES[name]) if method == "POST" else FAMILIES[name])[reader]
