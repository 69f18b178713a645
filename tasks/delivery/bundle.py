"""One message for a reader, a channel and a moment: what was claimed together goes over the wire as one.

Each keeps its own row in the ledger, so that one that has to be tried again is composed anew. A summary goes out by itself, with the
very words that were released.
"""

from collections.abc import Sequence
from dataclasses import replace

from tasks.delivery.outgoing import Outgoing


def bundled(outgoing: Sequence[Outgoing]) -> list[Outgoing]:
    """The messages with those for one reader on one channel under the first of them, reminders before notices."""
    found: list[Outgoing] = []
    places: dict[tuple[str, str], int] = {}
    for each in sorted(outgoing, key=lambda item: (item.written, item.message_id)):
        key = (each.recipient_key, each.channel_key)
        if each.alone or each.is_group:
            found.append(each)
        elif key in places:
            head = found[places[key]]
            found[places[key]] = replace(head, rest=(*head.rest, each))
        else:
            places[key] = len(found)
            found.append(each)
    return found
