"""What `run.py demo` does: write the demo ERP where the settings say, with its progress on one line."""

from __future__ import annotations

import sys
import time

from config import Config
from demo.plan import DEFAULT_CUSTOMERS
from demo.write import Progress, write_mariadb, write_sqlite


def make(config: Config, customers: int = DEFAULT_CUSTOMERS) -> str:
    """Write the demo into DATABASE_URL, or as the embedded files; returns where it is. Raises DemoRefused.

    The embedded overlay is removed with the old ERP, since its history speaks of rows that are made anew.
    """
    if not config.is_embedded:
        return write_mariadb(config.database_url, customers, progress=shown(), time_zone=config.time_zone)
    for ending in ("", "-wal", "-shm", "-journal"):
        config.overlay_path.with_name(config.overlay_path.name + ending).unlink(missing_ok=True)
    write_sqlite(config.erp_path, customers, progress=shown(), time_zone=config.time_zone)
    return str(config.erp_path)


def shown() -> Progress:
    """A line that counts the rows of each table at a terminal, and says nothing into a file."""
    last = 0.0

    def progress(table: str, done: int, expected: int) -> None:
        nonlocal last
        if not sys.stdout.isatty() or time.monotonic() - last < 0.2:
            return
        last = time.monotonic()
        of = f" of about {expected:,}" if expected else ""
        print(f"  {table}: {done:,}{of}".ljust(60), end="\r", flush=True)  # noqa: T201 - a command's own output

    return progress
