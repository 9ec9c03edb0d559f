"""Short words that the tests of rules' pages share."""

from __future__ import annotations

from contextlib import contextmanager

from sqlalchemy import select

from rules import tables
from tests.harness.forms import main_form


def page(client, path: str, **options) -> str:
    answer = client.get(path, **options)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.get_data(as_text=True)


@contextmanager
def overlay(app):
    with app.extensions["veneer"].engine.begin() as connection:
        yield connection


def policy_id(app, kind: str) -> int:
    with overlay(app) as connection:
        return connection.execute(
            select(tables.policies.c.id).where(tables.policies.c.kind == kind)
        ).scalar_one()


def form_of(html: str) -> dict[str, list[str]]:
    """What a browser would send of the page's main form."""
    return main_form(html).sent.to_dict(flat=False)
