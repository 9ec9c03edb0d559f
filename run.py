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
    from app import create_app
    from rules.runner import run as run_rules

    run_rules(create_app(_config()))


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
            click.echo(f"Port {config.port} cannot be used ({error.strerror}). Set PORT to another number.", err=True)
            sys.exit(1)


if __name__ == "__main__":
    main()
