"""The theme: what templates need from Python. Globals, because FAB renders its widgets without context processors."""

from __future__ import annotations

from flask import Flask

from app.i18n import language
from app.theme import languages, static_files
from app.theme.assets import asset
from app.theme.fab_words import plain
from app.theme.icons import icon
from app.theme.parts import part
from app.theme.permission_words import show_permissions_in_words
from app.theme.role_words import role_words, show_roles_in_words
from app.theme.shell import shell
from app.theme.tables import data_rows


def init_app(app: Flask) -> None:
    """Add the globals of the templates; a template at the path of one of FAB's stands in for it."""
    languages.init_app(app)
    static_files.init_app(app)
    show_roles_in_words()
    app.jinja_env.folded |= {"asset": asset, "icon": icon}  # type: ignore[attr-defined] # our own environment
    show_permissions_in_words()
    app.jinja_env.globals.update(asset=asset, icon=icon, shell=shell, language=language)
    app.jinja_env.globals.update(data_rows=data_rows, part=part, plain=plain, role_words=role_words)
