"""A mail server on loopback that answers as it is told: for the faults that a real one does not show on demand."""

import socket
import threading
from typing import Self

REPLIES = {
    "CONNECT": "220 mail.test ESMTP",
    "EHLO": "250-mail.test\r\n250 AUTH PLAIN LOGIN",
    "AUTH": "235 welcome",
    "MAIL": "250 sender ok",
    "RCPT": "250 recipient ok",
    "DATA": "354 go on",
    ".": "250 queued as 1",
    "QUIT": "221 bye",
}
CUT, SILENT, DRIP = "cut", "silent", "drip"


class Mail:
    """`replies` by command; instead of a reply `cut` closes, `silent` says nothing, `drip` a byte now and then."""

    def __init__(self, **replies: str) -> None:
        self.replies = {**REPLIES, **{name.replace("DOT", "."): text for name, text in replies.items()}}
        self.letters: list[bytes] = []
        self.commands: list[str] = []
        self.over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._socket.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection:
                try:
                    self._talk(connection)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket) -> None:
        file = connection.makefile("rb")
        if not self._say(connection, "CONNECT"):
            return
        while line := file.readline():
            command = line.decode().split(maxsplit=1)[0].strip().upper()
            self.commands.append(command)
            if not self._say(connection, command):
                return
            if command == "DATA" and self.replies["DATA"].startswith("354"):
                letter = b""
                while (part := file.readline()) and part != b".\r\n":
                    letter += part
                self.letters.append(letter)
                if not self._say(connection, "."):
                    return

    def _say(self, connection: socket.socket, name: str) -> bool:
        reply = self.replies.get(name, "500 what")
        if reply == SILENT:
            self.over.wait(60)
        if reply == DRIP:
            while not self.over.wait(0.05):
                connection.sendall(b"2")
        if reply in (CUT, SILENT, DRIP):
            return False
        connection.sendall(f"{reply}\r\n".encode())
        return True
