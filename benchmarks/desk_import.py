"""A roster of 5,000 rows at the desk: the processor time that trial and writing take, over the application itself on SQLite.

PYTHONPATH=tests .venv/bin/python -m benchmarks.desk_import [ROWS]
"""

import csv
import io
import re
import sys
import tempfile
import time
from pathlib import Path

from small_office import FOUR_KINDS
from sqlalchemy import text

from models.migrate import upgrade
from schedules.loader import SourceFile, load
from tasks.apply import apply
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.office_files import read_folder
from worker.settings import Settings
from worker.web.app import create_app
from worker.web.workbook import workbook

CSRF = re.compile(r'name="csrf" value="([^"]+)"')
SHOWN = re.compile(r'name="shown" value="([^"]+)"')


def table(people: str, rows: int) -> bytes:
    """The small office's roster with invented people up to `rows`, as a workbook."""
    found = list(csv.reader(io.StringIO(people)))
    for n in range(rows - len(found) + 1):
        mobile = f"139{n:08d}"
        found.append(
            [
                f"p{n:05d}",
                f"人员{n}",
                "民主社区",
                "科员",
                "机关工作人员",
                "",
                mobile,
                f"p{n:05d}",
                "",
                "2026-03-16",
            ]
        )
    return workbook("花名册", found[0], found[1:], widths=[12] * len(found[0]))


def main(rows: int) -> None:
    """Apply the small office, then import the large roster through the pages."""
    files = {source.path: source.data.decode() for source in read_folder(FOUR_KINDS)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "office"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        settings = Settings.load(
            {
                "DUBAN_OFFICE": str(folder), "DUBAN_DATA": f"{name}/data", "DUBAN_SECRET_KEY": "k" * 43,
                "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0",
            }
        )  # fmt: skip
        settings.prepare()
        upgrade(settings.database_url)
        run = Runtime(settings)
        office = load([SourceFile(path, content.encode()) for path, content in files.items()]).office
        assert office is not None
        with run.db.writing.begin() as session:
            apply(session, office, files, by="benchmark", now=machine_now(), cipher=run.cipher)
        client = create_app(run).test_client()
        with run.db.reading() as session:
            clerk = session.execute(text("select id from person where key = 'wangmin'")).scalar_one()
        link = f"/signin/{run.tokens.sign_in_link(clerk, machine_now()).rpartition('/')[2]}"
        button = CSRF.search(client.get(link).text)
        assert button is not None
        client.post(link, data={"csrf": button[1]})
        data = table(files["people.csv"], rows)
        form = CSRF.search(client.get("/desk/import").text)
        assert form is not None
        began = time.process_time()
        answer = client.post(
            "/desk/import",
            data={"csrf": form[1], "kind": "people", "file": (io.BytesIO(data), "花名册.xlsx")},
        )
        page = client.get(answer.location).text
        tried = time.process_time()
        shown = SHOWN.search(page)
        assert shown is not None, page
        done = client.post(answer.location, data={"csrf": form[1], "shown": shown[1]})
        written = time.process_time()
        print(
            f"{rows} rows: tried with {tried - began:.2f} s of processor time, written with {written - tried:.2f} s ({done.status_code})"
        )
        run.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
