"""A real SMTP server on this machine that keeps what it is sent, and misbehaves when a test asks it to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Sink(socketserver.ThreadingTCPServer):
    """`refuse` answers 451 to every message; `reset_after` accepts so many and hangs up before it says so."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.messages: list[EmailMessage] = []
        self.refuse = False
        self.reset_after = 0

    @property
    def port(self) -> int:
        return self.server_address[1]


class Talk(socketserver.StreamRequestHandler):
    """One conversation: as much of SMTP as a client needs to hand over a message."""

    server: Sink

    def handle(self) -> None:
        self.say("220 sink")
        for line in iter(self.rfile.readline, b""):
            verb = line.strip().upper()[:4]
            if verb == b"DATA":
                if not self.take():
                    return
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self) -> bool:
        """Read a message; whether the conversation goes on."""
        if self.server.refuse:
            self.say("451 not now")
            return True
        self.say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line.rstrip(b"\r\n") == b".":
                break
            lines.append(line)
        self.server.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if self.server.reset_after:
            self.server.reset_after -= 1
            return False
        self.say("250 kept")
        return True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    with Sink() as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
