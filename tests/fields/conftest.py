"""A small application with two languages: the kinds need words, not a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, gettext

from fields.drawing import field_inputs

ROOT = Path(__file__).resolve().parents[2]


def make_app(language: str = "en") -> Flask:
    app = Flask("fields", template_folder=str(ROOT / "app" / "theme" / "templates"))
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "app" / "translations")
    Babel(app, default_locale=language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(_=gettext, icon=lambda *_names: "", field_inputs=field_inputs)
    return app


@pytest.fixture(autouse=True)
def app() -> Iterator[Any]:
    made = make_app()
    with made.test_request_context():
        yield made
