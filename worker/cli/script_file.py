"""The script of a simulation, read from a file; or every mistake in it, and the end."""

from pathlib import Path

from pydantic import TypeAdapter

from schedules.problems import Problem
from schedules.source_text import SourceFile, read_bytes, repair_yaml, unreadable
from schedules.validation import validate
from schedules.yaml_tree import parse_yaml
from tasks.simulation.script import Script
from worker.cli.office_folder import refuse_problems
from worker.cli.terminal import Refuse

_SCRIPT = TypeAdapter(Script)


def load_script(path: Path) -> Script:
    """The script in a file. With any problem: print all of them as FILE:LINE:COL, exit 1."""
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
    refuse_problems(problems, None)
    if found is None:
        raise Refuse("")
    return found
