"""What `duban confirm --person ID` prints: everything a person owes."""

from schedules.states import Obligation
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.evidence_words import HUNDREDTHS
from worker.cli.language import N_, _
from worker.cli.owed import Owed, in_words, owed
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say, table
from worker.clock import office_now
from worker.settings import Settings

TITLES = (
    N_("schedule"),
    N_("key"),
    N_("part"),
    N_("title"),
    N_("owed by"),
    N_("due"),
    N_("state"),
    N_("progress"),
)
STATES = {
    Obligation.EXPECTED: N_("expected to attend"),
    Obligation.OPEN: N_("to do"),
    Obligation.PAUSED: N_("its clock stands still"),
    Obligation.SUBMITTED: N_("waits for approval"),
    Obligation.DONE: N_("done"),
    Obligation.WAIVED: N_("excused"),
    Obligation.HISTORY: N_("from before, to be checked"),
    Obligation.WITHDRAWN: N_("withdrawn"),
    Obligation.CANCELLED: N_("cancelled"),
}


def list_owed(person: str, *, json_: bool) -> None:
    """Print what a person owes."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        live = current(session)
        found = owed(session, person, today=live.today(office_now(session)))
        names = [in_words(session, each).text(_) for each in found]
    if json_:
        as_json([{**_shape(each), "name": name} for each, name in zip(found, names, strict=True)])
    elif found:
        rows = [_row(each, name) for each, name in zip(found, names, strict=True)]
        table([_(title) for title in TITLES], rows)
    else:
        say(_("{person} owes nothing at present.").format(person=person))


def _shape(duty: Owed) -> dict[str, object]:
    return {
        "schedule": duty.schedule,
        "key": duty.key,
        "part": duty.part,
        "title": duty.title,
        "owed_by": duty.party,
        "due_on": duty.due_on.isoformat() if duty.due_on else None,
        "provisional": duty.provisional,
        "state": duty.state,
        "progress": duty.progress / HUNDREDTHS,
        "target": None if duty.target is None else duty.target / HUNDREDTHS,
    }


def _row(duty: Owed, name: str) -> list[str]:
    progress = "" if duty.target is None else f"{duty.progress / HUNDREDTHS:g}/{duty.target / HUNDREDTHS:g}"
    due = duty.due_on.isoformat() if duty.due_on else ""
    due += f" {_('provisional')}" if duty.provisional else ""
    return [
        duty.schedule,
        duty.key,
        duty.part,
        name,
        duty.party,
        due,
        _(STATES[Obligation(duty.state)]),
        progress,
    ]
