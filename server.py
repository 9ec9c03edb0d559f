"""The web server: gunicorn with threads, after the overlay and the first accounts are there."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

import server_worker
from app import accounts, create_app, log
from config import Config

if TYPE_CHECKING:
    from rules.runner import Runner


NEW_OBJECTS = 50_000
"""So many more objects than before, some megabytes, and garbage that refers to itself is looked for: a page makes thousands."""

ADDRESS_LETTERS = 8190
"""Filters stand in the address: the most that gunicorn takes."""


class Server(BaseApplication):
    """gunicorn started from Python: settings come from Config. Workers are forked from the application that is ready."""

    def __init__(self, config: Config, app: Flask) -> None:
        self.config, self.ready = config, app
        self.runner: Runner | None = None
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"{self.config.host}:{self.config.port}",
            "workers": self.config.workers,
            "threads": self.config.threads,
            "worker_class": server_worker.Worker,
            "limit_request_line": ADDRESS_LETTERS,
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 5,
            "loglevel": self.config.log_level.lower() if self.config.log_level != "INFO" else "warning",
            "control_socket_disable": True,
            "preload_app": True,
            "post_worker_init": self.start_runner,
            "worker_exit": self.end_runner,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made once; its connections were closed before the workers are forked."""
        return self.ready

    def start_runner(self, _worker: Any) -> None:
        """The rules' thread starts in each worker; one of them is elected to work."""
        tidy_seldom()
        if self.config.inline_runner:
            from rules.runner import start_inline

            self.runner = start_inline(self.ready)

    def end_runner(self, _arbiter: Any, _worker: Any) -> None:
        """No job may begin once the interpreter winds up its threads."""
        if self.runner is not None:
            self.runner.end()


def tidy_seldom() -> None:
    """What stands when a worker starts stays: the garbage collector need not look through it again with every few pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 50)


def run(config: Config) -> None:
    """Prepare, say where, serve until stopped."""
    log.start(config.log_level)
    app = create_app(config)
    server_worker.init_app(app)
    refuse_lost_secrets(app)
    announce(config, prepare(app, config))
    app.extensions["veneer"].engine.dispose()
    Server(config, app).run()


def refuse_lost_secrets(app: Flask) -> None:
    """Say what to do when SECRET_KEY is not the one that the overlay's secrets were encrypted with."""
    from app.vault import Lost
    from models.kept_secrets import stamp_key

    with app.app_context():
        try:
            stamp_key()
        except Lost as error:
            click.echo(str(error), err=True)
            sys.exit(1)


def prepare(app: Flask, config: Config) -> str | None:
    """First accounts and rules; returns the administrator's first password when one was made just now."""
    if config.is_demo:
        from demo.start import prepare as prepare_demo

        prepare_demo(app)
        return None
    from app.extensions import services
    from models import roles

    with app.app_context():
        accounts.ensure_roles(roles.ROLES)
        with services().engine.begin() as connection:
            roles.seed(connection)
        return accounts.first_administrator()


def announce(config: Config, password: str | None) -> None:
    """Where to go and how to sign in."""
    click.echo(f"\nVeneer is at  http://{config.host}:{config.port}")
    if config.is_demo:
        from demo.accounts import ACCOUNTS

        click.echo("Demo accounts (password in brackets):")
        for account in ACCOUNTS:
            click.echo(
                f"  {account.username:<14} ({account.password})  {account.role}, {account.name_en} {account.name_zh}"
            )
    elif password:
        click.echo(f"Sign in as  admin  with the password  {password}  and change it; it is not shown again.")
    click.echo("")
