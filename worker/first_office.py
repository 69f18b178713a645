"""The small office that `duban init --small` writes: one duty, the clerk, and room for one's own people and units.

What it shares with the starter office (times, channels, ladders, the Friday study, working days) is taken from there, so that it is
said once.
"""

import re
from pathlib import Path

from worker.settings import packaged_office

SHARED = ("时间", "启用", "渠道", "亮灯", "催办阶梯")  # sections of the starter's office.yaml
STUDY = "周五集中学习"
WHO = re.compile(r"^  who: .*$", re.MULTILINE)
EVERYBODY = "  who: {units: [全体]}                  # 应到人员：所有人"
_SECTION = re.compile(r"^# ── (\S+) ─+$", re.MULTILINE)


def write_first_office(folder: Path) -> None:
    """Write the files of the small office into an empty folder."""
    own = packaged_office().parent / "first"
    starter = packaged_office()
    head, *rest = re.split(r"(?m)^(?=# ── )", (own / "office.yaml").read_text(encoding="utf-8"))
    shared = _sections((starter / "office.yaml").read_text(encoding="utf-8"))
    office = head + "".join(shared[name] for name in SHARED) + "".join(rest)
    study = _sections((starter / "study.yaml").read_text(encoding="utf-8"))[STUDY]
    first_line = (starter / "study.yaml").read_text(encoding="utf-8").partition("\n")[0]
    texts = {
        "office.yaml": office,
        "study.yaml": f"{first_line}\n# 学习类日程\n\n{WHO.sub(EVERYBODY, study).rstrip()}\n",
        "people.csv": (own / "people.csv").read_text(encoding="utf-8"),
        **{
            f"calendar/{file.name}": file.read_text(encoding="utf-8")
            for file in sorted((starter / "calendar").glob("*.json"))
        },
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    """The parts of a file under its headings `# ── NAME ──`, by name, heading and all."""
    starts = [*_SECTION.finditer(text)]
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}
