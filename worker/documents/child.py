"""Have a document written by a process that ends afterwards: its library (lxml, 20 MB) stays out of the process that serves pages."""

import json
import subprocess
import sys
from collections.abc import Mapping

PROGRAM = "worker.documents.report_docx"
SECONDS = 60


def docx(document: Mapping[str, object]) -> bytes:
    """The .docx of a document (see `tasks.reporting.report_shape.document`). Raise CalledProcessError or TimeoutExpired."""
    found = subprocess.run(
        [sys.executable, "-m", PROGRAM],
        input=json.dumps(document).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return found.stdout
