"""Static files: bundled ones have their hash in the name, so browsers keep them for good and get them compressed."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory

BUNDLED = "build/"
KEEP_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve /static/ by our own view."""
    app.view_functions["static"] = static_file


def static_file(filename: str) -> Response:
    """One file; 404 when there is none."""
    is_bundled = filename.startswith(BUNDLED)
    answer = packed(filename) if is_bundled else None
    answer = answer or send_from_directory(folder(), filename)
    if is_bundled:
        answer.cache_control.no_cache = None
        answer.cache_control.public = True
        answer.cache_control.max_age = KEEP_SECONDS
        answer.cache_control.immutable = True
        answer.vary.add("Accept-Encoding")
    return answer


def folder() -> Path:
    """Where static files stand."""
    return Path(current_app.static_folder or "")


def packed(filename: str) -> Response | None:
    """The compressed twin that the bundler wrote, for browsers that can read it."""
    if not request.accept_encodings["gzip"] or not (folder() / f"{filename}.gz").is_file():
        return None
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    answer = send_from_directory(folder(), f"{filename}.gz", mimetype=kind, download_name=Path(filename).name)
    answer.content_encoding = "gzip"
    return answer
