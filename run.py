"""The command line of Veneer: serve, wire, audit, check, runner, demo, password, secrets, bench."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from config import ROOT, Config, ConfigError, leave, load_or_exit

DEMO_NEEDS_NONE = (
    "The demo lives in two files and needs no rights. Set DATABASE_URL to see those for your database."
)


@click.group()
def main() -> None:
    """Veneer: a back office laid over the database you already have."""


@main.command()
def serve() -> None:
    """Serve the back office; without DATABASE_URL the demo."""
    from server import run

    config = load_or_exit()
    refuse_taken_port(config)
    refuse_useless_database(config)
    run(config)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for scripts.")
@click.option(
    "--grants", "only_grants", is_flag=True, help="Print the least rights that Veneer needs, as SQL."
)
@click.option(
    "--owner",
    default="",
    help="With --grants: name of an account that owns the overlay, so that the app's may only add to the audit.",
)
def check(*, as_json: bool, only_grants: bool, owner: str) -> None:
    """Look at the database and say what is missing; the exit code is 1 when something stops work."""
    from models import checks
    from models.checks import report

    config = load_or_exit()
    with speaking(config):
        if only_grants:
            click.echo(_grants(config, owner))
            return
        know_all_tables()
        findings = checks.look_from_outside(config)
        click.echo(report.as_json(findings) if as_json else report.as_text(findings))
    sys.exit(1 if checks.has_errors(findings) else 0)


def _grants(config: Config, owner: str) -> str:
    """The least rights as SQL, for one account or for two."""
    from models.checks import held, report

    if config.is_embedded or not owner:
        return DEMO_NEEDS_NONE if config.is_embedded else report.least_grants(config)
    know_all_tables()
    return report.guarded_grants(config, owner, held.names())


@main.command()
def prepare() -> None:
    """Make the overlay, or bring it up to date, and end: for an account that owns it, where the app's own may not."""
    from app import create_app

    config = load_or_exit()
    create_app(config)
    click.echo("The overlay is up to date.")


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def wire(arguments: tuple[str, ...]) -> None:
    """Wire legacy tables: report, export, apply, publish, versions."""
    from models.wiring.commands import commands

    config = load_or_exit()
    with speaking(config):
        commands(lambda: _bench(config)).main(list(arguments), prog_name="run.py wire")


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def rights(arguments: tuple[str, ...]) -> None:
    """Rights of roles as a file: export, apply."""
    from views.rights.commands import rights as commands

    config = load_or_exit()
    with speaking(config):
        know_all_tables()
        commands.main(list(arguments), prog_name="run.py rights", obj=_bench(config))


def _bench(config: Config) -> Any:
    """What commands over the overlay and the legacy schema work with."""
    from app import database, open_engine
    from fields import best_kind, kinds
    from models.wiring.commands import Bench

    schema = database.legacy_schema(config.database_url)
    return Bench(lambda: open_engine(config), schema, best_kind, lambda: set(kinds()))


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def audit(arguments: tuple[str, ...]) -> None:
    """Look after the audit: verify its chain, remove what is old enough."""
    from app import open_engine
    from models.audit.commands import commands

    config = load_or_exit()
    with speaking(config):
        commands(lambda: open_engine(config)).main(list(arguments), prog_name="run.py audit")


@main.command()
def runner() -> None:
    """Run rules, SLA clocks and alerts in a process of their own."""
    from app import create_app, log
    from rules.runner import run as run_rules

    config = _config()
    log.start(config.log_level)
    run_rules(create_app(config))


@main.command()
@click.option(
    "--customers", default=20_000, show_default=True, type=click.IntRange(100, 10_000_000), help="How many."
)
@click.option("--unless-edited", is_flag=True, help="Keep a demo in which somebody has saved something.")
def demo(customers: int, *, unless_edited: bool) -> None:
    """Write the demo ERP anew: embedded, or into the empty database that DATABASE_URL names."""
    from demo.command import make
    from demo.edited import was_edited
    from demo.plan import DemoRefused

    config = load_or_exit()
    if unless_edited and config.erp_path.exists() and was_edited(config.overlay_path):
        click.echo("  The demo keeps what you changed in it. `make clean` starts it anew.", err=True)
        return
    try:
        click.echo(f"The demo is in {make(config, customers)}.")
    except DemoRefused as error:
        click.echo(str(error), err=True)
        sys.exit(1)


@main.command()
@click.argument("username")
@click.password_option(help="Asked for when it is left out.")
@click.option("--reset-factor", is_flag=True, help="Remove the second factor as well: the phone is lost.")
def password(username: str, password: str, *, reset_factor: bool) -> None:
    """Give an account a new password: the way back in for an administrator who lost it."""
    from app import create_app
    from models.signin.way_back import let_back_in

    with create_app(_config()).app_context():
        sentence, done = let_back_in(username, password, reset_factor=reset_factor)
    click.echo(sentence, err=not done)
    sys.exit(0 if done else 1)


@main.command(name="secrets", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def secrets_(arguments: tuple[str, ...]) -> None:
    """Give SECRET_KEY a new value: new, renew, reset."""
    from app import create_app
    from models.kept_secrets_commands import commands

    commands(lambda: create_app(_config())).main(list(arguments), prog_name="run.py secrets")


@main.command()
def bench() -> None:
    """Compare pages with a bare SELECT and render and with others of the kind: see docs/speed.md."""
    command = [sys.executable, "-m", "pytest", "tests/bench", "--benchmark-enable", "-q", "-s"]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)  # noqa: S603 a fixed command


def _config() -> Config:
    """The settings, or the end of the program with a sentence."""
    config = load_or_exit()
    try:
        config.session_key()
    except ConfigError as error:
        leave(error)
    return config


@contextmanager
def speaking(config: Config) -> Iterator[None]:
    """Sentences in DEFAULT_LANGUAGE, without the whole application: it may not even start."""
    from flask import Flask
    from flask_babel import Babel

    quiet = Flask("veneer", root_path=str(ROOT / "app"))
    quiet.config["BABEL_DEFAULT_LOCALE"] = config.default_language
    quiet.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "app" / "translations")
    Babel(quiet)
    with quiet.app_context():
        yield


def know_all_tables() -> None:
    """Load the rooms, so that all tables of the overlay are known."""
    from app import ROOMS
    from views import PARTS

    for name in (*ROOMS, *(f"views.{part}" for part in PARTS)):
        import_module(name)


def refuse_useless_database(config: Config) -> None:
    """Say what is wrong with the database, and what to do, instead of a traceback."""
    from models import checks
    from models.checks import report

    with speaking(config):
        findings = checks.look_before_start(config)
        if findings:
            click.echo(report.as_text(findings), err=True)
            sys.exit(1)


def refuse_taken_port(config: Config) -> None:
    """A clear sentence instead of a traceback when the port is in use."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            click.echo(
                f"Port {config.port} cannot be used ({error.strerror}). Set PORT to another number.", err=True
            )
            sys.exit(1)


if __name__ == "__main__":
    main()
