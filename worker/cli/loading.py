"""The office of a folder, loaded; or every mistake in it, and the end."""

from pathlib import Path

from schedules.loader import load
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from worker.cli.language import _
from worker.cli.office_folder import folder_of, refuse_problems
from worker.cli.terminal import Refuse, progress
from worker.clock import machine_now
from worker.office_files import read_folder
from worker.office_hint import require_office
from worker.zone import zone_among


def load_office(given: Path | None) -> tuple[OfficeSpec, list[SourceFile]]:
    """The office and its files. With any problem: print all of them, exit 1."""
    folder = folder_of(given)
    require_office(folder)
    files = read_folder(folder)
    with progress(_("reading the office")):
        loaded = load(files, today=machine_now().astimezone(zone_among(files)).date())
    refuse_problems(loaded.problems, folder)
    if loaded.office is None:
        raise Refuse(_("{folder} holds no office: there is no office.yaml.").format(folder=folder))
    return loaded.office, files
