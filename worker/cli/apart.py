"""What is played beside the office in force: its data, its office and its Redis are its own, and nothing leaves this machine."""

from dataclasses import replace
from pathlib import Path

from schedules.channel_urls import scheme_of
from schedules.loader import load
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from worker.cli.language import _
from worker.cli.terminal import Refuse
from worker.settings import Settings

SCHEME = "outbox"  # worker/channels/outbox.py
OFFICE = "office"  # in the folder of the play


def own_settings(given: Settings, folder: Path) -> Settings:
    """The given settings with a data folder, an office, a database and a Redis in `folder`.

    The monitor outside hears nothing of a play: it would take it for the office at work.
    """
    own = {
        "DUBAN_OFFICE": str(folder / OFFICE), "DUBAN_DATA": str(folder), "DUBAN_DATABASE_URL": "", "DUBAN_REDIS_URL": "",
        "DUBAN_HEARTBEAT_URL": "",
    }  # fmt: skip
    return Settings.load(given.environ() | own)


def into_the_outbox(spec: OfficeSpec, files: list[SourceFile]) -> tuple[OfficeSpec, list[SourceFile]]:
    """The office with all its channels leading to the local outbox. Raises Refuse if one cannot be led there."""
    real = [channel for channel in spec.file.channels.values() if scheme_of(channel.url) != SCHEME]
    if not real:
        return spec, files
    led = []
    for file in files:
        data = file.data
        if file.path == "office.yaml":
            for channel in real:
                to = f"{SCHEME}://group" if channel.group else f"{SCHEME}://{{id}}"
                data = data.replace(channel.url.encode(), to.encode())
        led.append(replace(file, data=data))
    found = load(led).office
    if found is None or any(scheme_of(channel.url) != SCHEME for channel in found.file.channels.values()):
        raise Refuse(
            _("A channel would send for real. Write its url on one line of office.yaml, in plain quotes.")
        )
    return found, led


def write_own_office(folder: Path, files: list[SourceFile]) -> None:
    """Write the files into a folder that the pages of the rehearsal may write to: an import at the desk changes the office's folder."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(file.data)
