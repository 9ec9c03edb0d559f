"""Addresses of bundled files: the bundler writes a manifest from plain names to names with a hash."""

from __future__ import annotations

import json
from pathlib import Path

from flask import current_app, g, url_for

_read: dict[Path, tuple[float, dict[str, str]]] = {}


def asset(name: str) -> str:
    """The address of a bundled file: "main.css" → "/static/build/main-3F9A.css". Worked out once a request."""
    known: dict[str, str] = g.setdefault("assets", {})
    if name not in known:
        known[name] = url_for("static", filename=f"build/{manifest().get(name, name)}")
    return known[name]


def stamp() -> float:
    """When the bundle was made; 0 before the first bundling. Looked at once a request."""
    if "bundle_stamp" not in g:
        try:
            g.bundle_stamp = _path().stat().st_mtime
        except FileNotFoundError:
            g.bundle_stamp = 0.0
    found: float = g.bundle_stamp
    return found


def manifest() -> dict[str, str]:
    """The bundler's list of files, read again when it has changed; empty before the first bundling."""
    path, changed = _path(), stamp()
    if not changed:
        return {}
    known = _read.get(path)
    if known is None or known[0] != changed:
        known = _read[path] = (changed, json.loads(path.read_text(encoding="utf-8")))
    return known[1]


def _path() -> Path:
    return Path(current_app.static_folder or "") / "build" / "manifest.json"
