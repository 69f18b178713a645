"""Addresses that a reader may be sent to after signing in: paths of this site and nothing else."""

import re

LONGEST = 300
# A path of ours begins with one slash; "//host" and "/\\host" are read as other sites. Letters that end a header line never pass.
_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def own_path(text: str | None) -> str:
    """The text if it is the path (with a query) of a page of ours that is worth going to, else nothing."""
    if text is None or len(text) > LONGEST or not _OWN.fullmatch(text):
        return ""
    return "" if re.match(r"/sign(in|out)\b", text) else text
