"""The command line of Veneer: serve, wire, check, runner, demo, bench."""

from __future__ import annotations

import socket
import sys

import click

from config import Config, ConfigError, leave, load_or_exit


@click.group()
def main() -> None:
    """Veneer: a back office laid over the database you already have."""


@main.command()
def serve() -> None:
    """Serve the back office; without DATABASE_URL the demo."""
    from server import run

    config = load_or_exit()
    refuse_taken_port(config)
    run(config)


@main.command()
def runner() -> None:
    """Run rules, SLA clocks and alerts in a process of their own."""
    from rules.runner import run as run_rules

    from app import create_app

    run_rules(create_app(_config()))


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


def _config() -> Config:
    """The settings, or the end of the program with a sentence."""
    config = load_or_exit()
    try:
        config.session_key()
    except ConfigError as error:
        leave(error)
    return config


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
