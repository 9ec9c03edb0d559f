"""A real Redis of our own on loopback."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NotThere

from tests.harness import strict
from tests.harness.mariadb import die_with_parent, free_port

START_SECONDS = 20


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server that keeps nothing, ended afterwards."""
    program = shutil.which("redis-server")
    if program is None:
        strict.leave_out("Tests with Redis", "Install redis-server to include them.")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent) as process:  # noqa: PLW1509 - as for the database
        try:
            wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    """Return when it answers. Raises TimeoutError."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with Redis(port=port) as asked:
                asked.ping()
        except NotThere:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("Redis did not start.")
