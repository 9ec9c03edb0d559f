"""run.py secrets: a new SECRET_KEY without signing anybody out."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import click
from flask import Flask

from app.extensions import services
from app.vault import Lost
from config import ROOT
from config_values import put_before
from models import kept_secrets

ONE_BY_ONE = """Keep the key that is in force now as the earlier one, on every machine, and start the servers again:

  SECRET_KEY={new}
  SECRET_KEY_OLD=<the present SECRET_KEY>

Then run:  run.py secrets renew"""


def commands(make: Callable[[], Flask]) -> click.Group:
    """The group over an application that is made when it is needed."""

    @click.group(help="Give SECRET_KEY a new value without signing anybody out.")
    def group() -> None:
        """Nothing to set up."""

    @group.command(
        help="Make a new key. One that is kept in SECRET_KEY_FILE is replaced there, the earlier one stays below it."
    )
    def new() -> None:
        with make().app_context():
            click.echo(_new_key())

    @group.command(help="Encrypt everything under the key in force and say whether the earlier one can go.")
    def renew() -> None:
        _run(make, _renew)

    @group.command(
        help="Give up what no key can read: sign-ins, tokens and second factors end. Stop the servers first."
    )
    @click.confirmation_option(
        prompt="Sign-ins, tokens and second factors that cannot be read will end. Go on?"
    )
    def reset() -> None:
        _run(make, _reset)

    return group


def _run(make: Callable[[], Flask], work: Callable[[], str]) -> None:
    with make().app_context():
        try:
            click.echo(work())
        except Lost as error:
            click.echo(str(error), err=True)
            raise SystemExit(1) from None


def _new_key() -> str:
    config, made = services().config, secrets.token_urlsafe(48)
    if config.secret_key:
        return ONE_BY_ONE.format(new=made)
    put_before(ROOT / config.secret_key_file, made)
    return f"{config.secret_key_file} holds a new key, and the earlier one below it. Start the server again, then run:  run.py secrets renew"


def _renew() -> str:
    kept_secrets.stamp_key()
    with services().engine.begin() as connection:
        count = kept_secrets.renew(connection)
        left = kept_secrets.stale(connection)
    if left:
        return f"{count} secrets are renewed, {left} were written meanwhile by a server under the earlier key. Start it again, then repeat this."
    hours = services().config.session_max_hours
    return (
        f"{count} secrets are renewed; none needs the earlier key. Take it away (SECRET_KEY_OLD, or the further lines of SECRET_KEY_FILE) "
        f"{hours} hours after the servers were started with the new one: cookies from before are read with it until then."
    )


def _reset() -> str:
    with services().engine.begin() as connection:
        return f"{kept_secrets.reset(connection)} secrets were given up. Start the servers again."
