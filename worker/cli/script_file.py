"""The script of a simulation, read from a file; or every mistake in it, and the end."""

from pathlib import Path

from pydantic import TypeAdapter

from schedules.office import OfficeSpec
from schedules.problems import Problem
from schedules.source_text import SourceFile, read_bytes, repair_yaml, unreadable
from schedules.validation import validate
from schedules.yaml_tree import parse_yaml
from tasks.simulation.script import Script
from tasks.simulation.script_names import unknown_names
from worker.cli.office_folder import refuse_problems
from worker.cli.terminal import Refuse

_SCRIPT = TypeAdapter(Script)


def load_script(path: Path, office: OfficeSpec | None = None) -> Script:
    """The script in a file, its names those of the office. With any problem: print all of them as FILE:LINE:COL, exit 1."""
    source = SourceFile(str(path), path.read_bytes())
    read = read_bytes(source)
    if read is None:
        refuse_problems([unreadable(source)], None)
        raise Refuse("")
    read = repair_yaml(source, read)
    tree, mistakes = parse_yaml(read.text)
    problems = [
        *read.problems,
        *(Problem(source.path, each.line, each.col, "", each.what, each.allowed) for each in mistakes),
    ]
    found = None
    if tree is not None:
        found, faults = validate(_SCRIPT, tree, tree.plain() or {}, file=source.path, subject="")
        problems += faults
        if found is not None and office is not None:
            problems += unknown_names(found, office, tree.find, file=source.path)
    refuse_problems(problems, None)
    if found is None:
        raise Refuse("")
    return found
