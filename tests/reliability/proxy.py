"""A TCP proxy before the database server that can cut a connection around the next COMMIT."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

COMMIT = b"\x07\x00\x00\x00\x03COMMIT"
"""COM_QUERY with the text COMMIT, as the driver sends it."""
WRITES = b"INSERT INTO "
"""A transaction without this has nothing to lose: a new connection begins with one that only sets it up."""


class Proxy:
    """Passes everything on. `cut` is "" or what happens to the next COMMIT: "before" or "after" it got through."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.cut = ""
        self.cuts = 0
        self.refusing = False
        """New connections are closed at once, as a server that is gone would."""
        self.goes_away = False
        """Start refusing with the cut."""
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            if self.refusing:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._pass, args=(server, client), daemon=True).start()
            threading.Thread(target=self._watch, args=(client, server), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        self._end(source, sink)

    def _watch(self, client: socket.socket, server: socket.socket) -> None:
        written = False
        with suppress(OSError):
            while data := client.recv(65536):
                how = self._take() if data == COMMIT and written else ""
                written = (written or WRITES in data) and data != COMMIT
                if how == "after":
                    self._end(client)
                    server.sendall(data)
                    server.settimeout(5)
                    break
                if how == "before":
                    break
                server.sendall(data)
        self._end(client)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)  # what was sent still arrives; the other thread reads to the end

    def _take(self) -> str:
        with self.lock:
            how, self.cut = self.cut, ""
            if how:
                self.cuts += 1
                self.refusing = self.goes_away
            return how

    def _end(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
