"""Names of files in a package: what people called them, without what file systems or shells take amiss, and each only once in a folder."""

import unicodedata

LONGEST = 80  # characters; with Chinese at three bytes each below the 255 bytes of a name
BAD = frozenset("<>:\"/\\|?*%'`$&;!#{}[]^~") | {chr(127)}
# Windows takes these for devices, whatever stands after a dot.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)


def safe(name: str, *, otherwise: str = "file") -> str:
    """A name that every file system keeps: no separators, controls or marks that turn text, not hidden, not a device."""
    normal = unicodedata.normalize("NFC", name)
    kept = "".join("_" if c in BAD else c for c in normal if unicodedata.category(c)[0] != "C")
    stem, dot, ending = " ".join(kept.split()).rpartition(".")
    if not dot or not stem or len(ending) > 10:
        stem, dot, ending = f"{stem}{dot}{ending}", "", ""
    stem = stem[: LONGEST - len(dot + ending)].strip(" .")
    if not stem or stem.partition(".")[0].casefold() in RESERVED:
        stem = f"{otherwise}_{stem}" if stem else otherwise
    return f"{stem}{dot}{ending}".rstrip(" .")


class Names:
    """The names that are taken in one package; file systems that do not tell capitals apart count as one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def path(self, folder: str, name: str) -> str:
        """A free path in a folder: a second file of a name gets a number before its ending."""
        stem, dot, ending = name.rpartition(".")
        if not dot or not stem:
            stem, dot, ending = name, "", ""
        candidate, number = f"{folder}{name}", 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{folder}{stem} ({number}){dot}{ending}"
        self._taken.add(candidate.casefold())
        return candidate
