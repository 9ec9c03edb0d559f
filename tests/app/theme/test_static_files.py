"""Bundled files are kept for good and compressed; others are asked for again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response

STYLE = b"body { color: teal }" * 50


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A static folder with one bundled file and its twin, and one file of our own."""
    before = app.static_folder
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "main-1.css").write_bytes(STYLE)
    (tmp_path / "build" / "main-1.css.gz").write_bytes(gzip.compress(STYLE))
    (tmp_path / "logo.svg").write_text("<svg/>")
    app.static_folder = str(tmp_path)
    yield tmp_path
    app.static_folder = before


def fetched(app: Flask, path: str, encoding: str) -> Response:
    with app.test_client().get(f"/static/{path}", headers={"Accept-Encoding": encoding}) as answer:
        answer.get_data()
        return answer


def test_a_browser_that_reads_gzip_gets_the_twin(app: Flask, folder: Path) -> None:
    answer = fetched(app, "build/main-1.css", "gzip, br")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/css"
    assert gzip.decompress(answer.data) == STYLE
    assert "immutable" in answer.headers["Cache-Control"]
    assert "no-cache" not in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"] == "inline; filename=main-1.css"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_another_one_gets_the_file_itself(app: Flask, folder: Path) -> None:
    answer = fetched(app, "build/main-1.css", "identity")
    assert "Content-Encoding" not in answer.headers
    assert answer.data == STYLE
    assert answer.cache_control.max_age == 365 * 24 * 3600


def test_a_file_without_a_hash_is_asked_for_again(app: Flask, folder: Path) -> None:
    answer = fetched(app, "logo.svg", "gzip")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("name", ["build/none.css", "../config.py", "build/../../config.py"])
def test_nothing_else_is_served(app: Flask, folder: Path, name: str) -> None:
    answer = fetched(app, name, "gzip")
    assert answer.status_code == 404
