"""The application: `create_app` wires the rooms together; nothing here imports upwards."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from app import database, i18n, security, theme, web
from app.extensions import Services
from app.theme.folding import FoldingEnvironment
from config import Config

ROOMS = ("models", "fields", "rules", "charts", "views")
"""Rooms in the order in which they are set up, lowest first."""
HERE = Path(__file__).resolve().parent


class Room(Protocol):
    """What a room offers to the application."""

    def init_app(self, app: Flask) -> None:
        """Register what the room brings."""


def create_app(config: Config) -> Flask:
    """A serving application for `config`; the overlay's tables exist afterwards."""
    app = Flask(__name__, template_folder="theme/templates", static_folder="static")
    app.jinja_environment = FoldingEnvironment
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}  # a sixth of a list page is indentation
    app.config.update(flask_settings(config))
    engine = open_engine(config)
    app.extensions["veneer"] = Services(config, engine, database.legacy_schema(config.database_url))
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    rooms = [import_module(name) for name in ROOMS]
    with app.app_context():
        web.init_app(app)
        theme.init_app(app)
        security.init_app(app)
        i18n.init_app(app)
        for room in rooms:
            room.init_app(app)
    return app


def open_engine(config: Config) -> Engine:
    """The engine for the embedded demo or for the server that DATABASE_URL names."""
    if config.is_embedded:
        config.overlay_path.parent.mkdir(parents=True, exist_ok=True)
        return database.open_embedded(config.erp_path, config.overlay_path)
    database.ensure_overlay_schema(config.database_url, config.overlay_schema)
    return database.open_server(
        config.database_url,
        config.overlay_schema,
        pool_size=config.pool_size,
        pool_wait_seconds=config.pool_wait_seconds,
        page_statement_seconds=config.page_statement_seconds,
        lock_wait_seconds=config.lock_wait_seconds,
    )


def flask_settings(config: Config) -> dict[str, object]:
    """Settings of Flask and its extensions that follow from ours."""
    keys = config.keys()
    return {
        "SECRET_KEY": keys[0],
        "SECRET_KEY_FALLBACKS": keys[1:],
        "WTF_CSRF_SECRET_KEY": keys[::-1],  # itsdangerous signs with the last and takes all
        "SESSION_COOKIE_NAME": "veneer",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": config.session_max_hours * 3600,
        "MAX_CONTENT_LENGTH": config.upload_max_megabytes * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": config.upload_max_megabytes * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "WTF_CSRF_CHECK_DEFAULT": False,  # web.check_csrf decides: bearer tokens need none
        "WTF_CSRF_TIME_LIMIT": None,
        "APP_NAME": "Veneer",
        "FAB_INDEX_VIEW": "views.charts.home.HomeView",
        "FAB_UPDATE_PERMS": False,  # security.sync_permissions does it in three statements
        "FAB_API_KEY_ENABLED": True,
        "FAB_API_KEY_PREFIXES": ["vnr_"],
        "FAB_ADD_SECURITY_API": False,  # accounts and roles are changed on their pages alone
        "FAB_ADD_MENU_API": False,
        "JWT_ACCESS_TOKEN_EXPIRES": 15 * 60,
        "JWT_REFRESH_TOKEN_EXPIRES": config.session_max_hours * 3600,
        "JWT_TOKEN_LOCATION": ["headers"],
        "FAB_API_SWAGGER_UI": False,
        "FAB_ROLES": {"Admin": [[".*", ".*"]]},
        "AUTH_ROLE_PUBLIC": "Public",
        "RATELIMIT_ENABLED": False,  # models.signin.limits counts in the overlay, where all workers see it
        "LANGUAGES": i18n.languages(config.languages),
        "BABEL_DEFAULT_LOCALE": config.default_language,
        "BABEL_DEFAULT_TIMEZONE": config.time_zone,
        "BABEL_TRANSLATION_DIRECTORIES": str(HERE / "translations"),
        "TEMPLATES_AUTO_RELOAD": False,
    }
