"""`run.py wire`: report, export, apply and publish the wiring from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.errors import Problem
from models.drift import store as drift
from models.drift.look import compared
from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.overlay.migrate import upgrade
from models.wiring import store
from models.wiring.diff import differences
from models.wiring.infer import infer
from models.wiring.nouns import Field, Wiring
from models.wiring.publish import publish_tables
from models.wiring.report import report as report_of
from models.wiring.textform import from_yaml, to_yaml

MOST_NAMED = 8


@dataclass(frozen=True)
class Bench:
    """What the commands work with."""

    engine: Callable[[], Engine]
    """Opens the engine over overlay and legacy schema."""
    schema: str
    kind_of: Callable[[Field], str]
    kinds: Callable[[], set[str]]
    """Names of all field types."""

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A transaction on the overlay and the legacy schema; the overlay's tables exist in it."""
        engine = self.engine()
        upgrade(engine)
        with engine.begin() as connection:
            yield connection


def commands(open_bench: Callable[[], Bench]) -> click.Group:
    """The group `wire`; `open_bench` is called when one of its commands runs."""

    @click.group(
        name="wire", invoke_without_command=True, help="Wire legacy tables: report, export, apply, publish."
    )
    @click.option(
        "--report", type=click.Choice(["json"]), help="Print every table as it is or could be wired."
    )
    @click.option("--language", default="en", show_default=True, help="Language of the labels in the report.")
    @click.pass_context
    def wire(context: click.Context, report: str | None, language: str) -> None:
        context.obj = open_bench()
        if report:
            click.echo(json.dumps(_report(context.obj, language), ensure_ascii=False))
        elif context.invoked_subcommand is None:
            click.echo(context.get_help())

    for command in (export, apply, publish, versions_command):
        wire.add_command(command)
    return wire


def _report(bench: Bench, language: str) -> dict[str, Any]:
    with bench.engine().connect() as connection:
        try:
            published = store.load(connection)
        except DBAPIError:
            published = Wiring()  # the overlay has not been made yet
        connection.rollback()
        samples = LegacySamples(connection, bench.schema)
        suggestions = infer(reflect(connection, bench.schema), bench.kind_of, samples)
        return report_of(suggestions.values(), published, language)


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(bench: Bench, file: Path | None) -> None:
    """Write the wiring in force as YAML to FILE, or to the terminal."""
    with bench.connected() as connection:
        text = to_yaml(store.load(connection))
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
        click.echo(_("The wiring is in %(file)s.", file=file))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.pass_obj
def apply(bench: Bench, file: Path, *, dry_run: bool) -> None:
    """Publish the wiring in FILE, all of it or nothing."""
    with speaking_up(), bench.connected() as connection:
        warn_of_changes(connection, bench.schema)
        facts = reflect(connection, bench.schema)
        wanted = from_yaml(file.read_text(encoding="utf-8"), facts, bench.kinds())
        current = store.load(connection)
        lines = differences(current, wanted)
        for line in lines:
            click.echo(f"{MARKS[line.kind]} {line.text}")
        if dry_run or (not lines and list(current.entities) == list(wanted.entities)):
            click.echo(_("Nothing was changed.") if dry_run else _("The file says what is in force already."))
            return
        saved = store.save(
            connection, wanted, wanted.version or current.version, note=_("Applied from a file")
        )
        click.echo(_("Version %(version)s is in force.", version=saved.version))


MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every table and view of the schema.")
@click.option("--table", "tables", multiple=True, help="One table; may be repeated.")
@click.pass_obj
def publish(bench: Bench, tables: tuple[str, ...], *, everything: bool) -> None:
    """Publish tables as they are suggested; what is published already stays as it is."""
    if not everything and not tables:
        raise click.UsageError(_("Name tables with --table, or take all of them with --all."))
    with speaking_up(), bench.connected() as connection:
        warn_of_changes(connection, bench.schema)
        saved = publish_tables(connection, bench.schema, bench.kind_of, None if everything else tables)
    click.echo(
        _(
            "Version %(version)s with %(count)s entities is in force.",
            version=saved.version,
            count=len(saved.entities),
        )
    )


def warn_of_changes(connection: Connection, schema: str) -> None:
    """Say, before anything is published, where the schema is not what the wiring in force rests on."""
    version = store.current_version(connection)
    if not version:
        return
    seen = compared(connection, schema, drift.load(connection), version)
    names = list(dict.fromkeys(change.name for change in seen.changes))
    if names:
        sentence = _(
            "The old database is not what the wiring in force rests on: %(names)s. See “Changes of the old schema” in the wiring, and review it.",
            names=", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else ""),
        )
        click.echo(sentence, err=True)


@click.command("versions")
@click.option("--bring-back", type=int, metavar="NUMBER", help="Put an older version in force again.")
@click.pass_obj
def versions_command(bench: Bench, bring_back: int | None) -> None:
    """List the versions of the wiring, or bring one back."""
    with speaking_up(), bench.connected() as connection:
        if bring_back is not None:
            saved = store.bring_back(connection, bring_back, store.current_version(connection))
            click.echo(_("Version %(version)s is in force.", version=saved.version))
            return
        for version in store.history(connection):
            click.echo(
                f"{version.version:5}  {version.created_at:%Y-%m-%d %H:%M}  {version.author}  {version.note}"
            )


@contextmanager
def speaking_up() -> Iterator[None]:
    """A Problem ends the command with its sentences, one a line."""
    try:
        yield
    except Problem as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
