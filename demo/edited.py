"""Whether somebody has worked in the demo: then a new day does not make it anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def was_edited(overlay: Path) -> bool:
    """Does the overlay's file hold any saved change?"""
    if not overlay.exists():
        return False
    with closing(sqlite3.connect(overlay)) as connection:
        try:
            return (
                connection.execute("SELECT 1 FROM change WHERE actor_id IS NOT NULL LIMIT 1").fetchone()
                is not None
            )
        except sqlite3.OperationalError:
            return False
