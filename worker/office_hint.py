"""What somebody meant who names a folder that holds no office: the one inside it, above it, or spelt nearly so."""

from difflib import get_close_matches
from pathlib import Path

from schedules.words import Words, phrase
from worker.errors import NotConfigured

MOST_LOOKED_AT = 200  # folders beside or inside; more than that nobody meant to have


def require_office(folder: Path) -> None:
    """Raise NotConfigured unless the folder has an office.yaml; the sentence names the folder that was probably meant."""
    if (folder / "office.yaml").is_file():
        return
    raise NotConfigured(_sentence(folder))


def _sentence(folder: Path) -> Words:
    above = next((each for each in folder.absolute().parents if _holds(each)), None)
    if folder.exists() and above is not None:
        return phrase(
            "{folder} lies inside an office; name the folder of the office: {office}",
            folder=folder,
            office=above,
        )
    if folder.is_dir():
        inside = [each for each in _folders(folder) if _holds(each)]
        if inside:
            return phrase(
                "{folder} holds no office, but a folder in it does: {office}", folder=folder, office=inside[0]
            )
        return phrase(
            "{folder} holds no office: there is no office.yaml; make one in a new folder: duban init {example}",
            folder=folder,
            example=folder / "danwei",
        )
    if folder.exists():
        return phrase("{folder} is a file; name the folder of the office", folder=folder)
    return _misspelt(folder)


def _misspelt(folder: Path) -> Words:
    beside = {each.name: each for each in _folders(folder.absolute().parent) if _holds(each)}
    near = get_close_matches(folder.name, beside, n=1)
    if near:
        return phrase(
            "{folder} is not a folder with an office; did you mean {office}?",
            folder=folder,
            office=folder.parent / near[0],
        )
    return phrase("{folder} is not a folder with an office; make one: duban init {folder}", folder=folder)


def _holds(folder: Path) -> bool:
    return (folder / "office.yaml").is_file()


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder, hidden ones aside, in order; none where it cannot be read."""
    try:
        found = sorted(each for each in folder.iterdir() if not each.name.startswith(".") and each.is_dir())
    except OSError:
        return []
    return found[:MOST_LOOKED_AT]
