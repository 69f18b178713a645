"""The headings that each import knows, as tables in Markdown for the pages about imports: made from the definitions in use.

`python -m worker.cli.import_headings zh_CN` prints what stands between the marks in `docs/imports.zh.md`, `en` that of the English one.
"""

import sys
from collections.abc import Iterator, Mapping

from schedules.table_forms import ATTENDANCE, CREDENTIALS, HOURS, PEOPLE, TARGETS, TableForm

FORMS: Mapping[str, TableForm] = {
    "people": PEOPLE, "credentials": CREDENTIALS, "hours": HOURS, "targets": TARGETS, "attendance": ATTENDANCE,
}  # fmt: skip
TITLES = {"zh_CN": ("字段", "认得的表头", "必有"), "en": ("field", "headings that are known", "needed")}
ONE_OF = {"zh_CN": "与{others}有一即可", "en": "or {others}"}
YES = {"zh_CN": "是", "en": "yes"}
BEGIN, END = "<!-- headings -->", "<!-- end of headings -->"


def page(lang: str) -> str:
    """The block with its marks."""
    return "\n".join(
        (BEGIN, *(line for name, form in FORMS.items() for line in _table(name, form, lang)), END)
    )


def _table(name: str, form: TableForm, lang: str) -> Iterator[str]:
    yield f"\n### duban {name} import\n"
    yield "| " + " | ".join(TITLES[lang]) + " |"
    yield "|---|---|---|"
    known = form.every_heading()
    for field, each in form.fields.items():
        headings = "、".join(heading for heading, owner in known.items() if owner == field)
        yield f"| {each.own} | {headings} | {_needed(form, field, lang)} |"


def _needed(form: TableForm, field: str, lang: str) -> str:
    group = next((group for group in form.needed if field in group), ())
    others = "、".join(form.fields[name].own for name in group if name != field)
    if not group:
        return ""
    return ONE_OF[lang].format(others=others) if others else YES[lang]


if __name__ == "__main__":
    print(page(sys.argv[1]))
