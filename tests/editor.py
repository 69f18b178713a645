"""A YAML language server as an editor speaks to it: over pipes, with the JSON-RPC of the Language Server Protocol.

The server is the npm package `yaml-language-server`, where it is on the PATH.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = "▮"  # where the cursor is
MOST_ASKED = 500


def server() -> list[str] | None:
    """The command that starts the server; None if there is none on the PATH."""
    found = shutil.which("yaml-language-server")
    return None if found is None else [found, "--stdio"]


class Editor:
    """One editor with the folder of an office open. Lines and columns count from 0, as in the protocol."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self._process, self._folder = process, folder
        self._number = self._version = 0
        self.complaints: dict[str, list[dict[str, Any]]] = {}

    def begin(self, settings: dict[str, Any]) -> None:
        """Shake hands as an editor that knows Markdown and snippets."""
        item = {"snippetSupport": True, "documentationFormat": ["markdown"]}
        capabilities = {
            "textDocument": {
                "completion": {"completionItem": item},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
            "workspace": {"configuration": True, "workspaceFolders": True},
        }
        root = self._folder.as_uri()
        self._settings = settings
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": root, "name": "office"}],
            },
        )
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})

    def open(self, name: str, text: str) -> str:
        """Open a file with this text; return its address."""
        uri = (self._folder / name).as_uri()
        self._version += 1  # what the server knows of a file it keeps by version
        self._send(
            {
                "method": "textDocument/didOpen",
                "params": {
                    "textDocument": {"uri": uri, "languageId": "yaml", "version": self._version, "text": text}
                },
            }
        )
        return uri

    def close(self, uri: str) -> None:
        """Close a file."""
        self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})

    def completion(self, name: str, marked: str) -> dict[str, dict[str, Any]]:
        """What is offered at the mark, by label."""
        found = self._at("textDocument/completion", name, marked)
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"]: item for item in items}

    def until_offered(self, name: str, marked: str) -> dict[str, dict[str, Any]]:
        """What is offered at the mark once the server has taken its settings in, which it asks for by itself."""
        found: dict[str, dict[str, Any]] = {}
        for _ in range(MOST_ASKED):
            found = found or self.completion(name, marked)
        return found

    def hover(self, name: str, marked: str) -> str:
        """What is shown over the mark."""
        found = self._at("textDocument/hover", name, marked)
        return "" if found is None else str(found["contents"]["value"])

    def problems(self, name: str, text: str) -> list[str]:
        """Everything that is said against a text, each with its line from 1."""
        uri = self.open(
            f"{self._version}-{name}", text
        )  # a new one: nothing that was said before is about it
        while uri not in self.complaints:
            self._take(self._receive())
        self.close(uri)
        found = self.complaints.pop(uri)
        return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in found]

    def _at(self, method: str, name: str, marked: str) -> Any:
        before, _, after = marked.partition(HERE)
        uri = self.open(name, before + after)
        lines = before.split("\n")
        place = {"line": len(lines) - 1, "character": len(lines[-1])}
        found = self.ask(method, {"textDocument": {"uri": uri}, "position": place})
        self.close(uri)
        return found

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Ask and wait for the answer."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        """What the server says or asks of its own accord."""
        match message.get("method"):
            case "textDocument/publishDiagnostics":
                self.complaints[message["params"]["uri"]] = message["params"]["diagnostics"]
            case "workspace/configuration":
                asked = message["params"]["items"]
                self._send(
                    {
                        "id": message["id"],
                        "result": [self._settings.get(each.get("section"), {}) for each in asked],
                    }
                )
            case _ if "id" in message:
                self._send({"id": message["id"], "result": None})
            case _:
                pass

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        pipe = self._process.stdin
        assert pipe is not None
        pipe.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        pipe.flush()

    def _receive(self) -> dict[str, Any]:
        pipe = self._process.stdout
        assert pipe is not None
        length = 0
        while line := pipe.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: dict[str, Any] = json.loads(pipe.read(length))
        return found


@contextmanager
def editor(folder: Path, settings: dict[str, Any] | None = None) -> Iterator[Editor]:
    """An editor with this folder open, and the server behind it."""
    command = server()
    assert command is not None, "no yaml-language-server"
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            found = Editor(process, folder)
            found.begin(
                {
                    "yaml": {
                        "validate": True,
                        "hover": True,
                        "completion": True,
                        "format": {"enable": False},
                        **(settings or {}),
                    }
                }
            )
            yield found
        finally:
            process.terminate()
