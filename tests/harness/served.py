"""`run.py serve` as the attacks use it: the same server, which also forgets what it holds for a second when the tests have written.

Tests that write to the overlay themselves would otherwise wait for each of its short caches. The file that TOLD names
grows with each of their commits; nothing else differs from what people run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

import server
from app.short_cache import ShortCache
from config import Config, load

TOLD = "VENEER_TEST_TOLD"
KEPT_LONGER = ("charts", "api_stretches")
"""Rooms that hold something for more than a second."""


@dataclass
class Telling:
    """Tells the server of each commit of the tests' own, unless it is to find out by itself."""

    told: Path
    silent: bool = False

    def listen(self, engine: Engine) -> None:
        self.told.touch()
        event.listen(engine, "commit", lambda _connection: self.tell())

    def tell(self) -> None:
        if not self.silent:
            with self.told.open("a", encoding="utf-8") as words:
                words.write(".")

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Within it the server notices a change when what it holds has grown old, as in real life."""
        self.silent = True
        try:
            yield
        finally:
            self.silent = False


def forgetful(make: Callable[[Config], Flask], told: Path) -> Callable[[Config], Flask]:
    """`create_app`, whose applications look before each request whether they were told something."""

    def made(config: Config) -> Flask:
        app = make(config)
        inner, known = app.wsgi_app, [0]

        def look_first(environ: Any, start_response: Any) -> Any:
            size = told.stat().st_size
            if size != known[0]:
                known[0] = size
                forget(app)
            return inner(environ, start_response)

        app.wsgi_app = look_first  # type: ignore[method-assign]
        return app

    return made


def forget(app: Flask) -> None:
    """Drop what the rooms hold for a while."""
    rooms = app.extensions["veneer"].rooms
    for name in list(rooms):
        if isinstance(rooms[name], ShortCache):
            rooms[name].clear()
        elif name in KEPT_LONGER:
            rooms.pop(name)


if __name__ == "__main__":
    sys.argv = ["run.py", "serve"]
    server.create_app = forgetful(server.create_app, Path(os.environ[TOLD]))
    server.run(load(os.environ))
