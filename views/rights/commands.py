"""`run.py rights`: the rights of all roles as YAML, written and put in force from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from app.actor import Actor
from fields import column_type
from models.catalogue import Catalogue
from models.grants_document import differences, from_plain, to_plain
from models.grants_store import load, replace
from models.wiring import store
from models.wiring.commands import Bench, speaking_up
from views.rights.typed import checked, document_of, text_of

NOBODY = Actor(None, "run.py rights", frozenset({"Admin"}))


@click.group(name="rights", help="Rights of roles: export and apply.")
def rights() -> None:
    """The bench is handed in as the context's object."""


@rights.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(bench: Bench, file: Path | None) -> None:
    """Write the rights of all roles as YAML to FILE, or to the terminal."""
    with bench.connected() as connection:
        text = text_of(load(connection))
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
        click.echo(_("The rights are in %(file)s.", file=file))


@rights.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.pass_obj
def apply(bench: Bench, file: Path, *, dry_run: bool) -> None:
    """Put the roles in FILE in force, all of them or nothing; roles that it does not name keep their rights."""
    with speaking_up(), bench.connected() as connection:
        entities = Catalogue(store.load(connection), bench.schema, column_type)
        wanted = checked(document_of(file.read_text(encoding="utf-8")), entities)
        lines = list(differences(load(connection, wanted), to_plain(*from_plain(wanted))))
        for role, place, old, new in lines:
            click.echo(f"{'+' if old is None else '-' if new is None else '~'} {role} · {place}")
        if dry_run or not lines:
            click.echo(_("Nothing was changed.") if dry_run else _("The file says what is in force already."))
            return
        replace(connection, NOBODY, wanted, _("Applied from a file"))
        click.echo(_("The rights are in force."))
