"""Walks through every page of every entity as a person in a browser would, and saves forms that nobody touched."""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient

import fields
from fields.forms import unfillable
from models.access import live
from models.catalogue import Catalogue
from models.wiring.nouns import Entity
from tests.harness import forms
from tests.harness.applications import signed_in

PAGE = 25
ROWS = (3, 2, 3)
"""Rows of each table whose pages are opened: first, last and any."""
UNCHANGED = "Nothing was changed."


@dataclass
class Crawl:
    """A signed-in administrator who opens everything; `problems` has a line for each page that was not as it should be."""

    app: Flask
    client: FlaskClient
    catalogue: Catalogue
    problems: list[str] = field(default_factory=list)
    pages: int = 0
    saves: int = 0
    language: str = "en"

    @classmethod
    def of(cls, app: Flask, language: str = "en") -> Crawl:
        """A crawl over everything that is published."""
        with app.app_context():
            catalogue = live().current()
        return cls(app, signed_in(app, "admin"), catalogue, language=language)

    @property
    def entities(self) -> list[Entity]:
        """All published entities."""
        return list(self.catalogue.entities.values())

    def get(self, path: str, status: int = 200, *, rows_only: bool = False) -> str:
        """The page; any other status is a problem."""
        self.pages += 1
        headers = {"HX-Target": "rows", "HX-Request": "true"} if rows_only else {}
        answer = self.client.get(path, headers={"Accept-Language": self.language, **headers})
        if answer.status_code != status:
            self.problems.append(f"{answer.status_code} {path}: {sentence(answer.get_data(as_text=True))}")
            return ""
        page = answer.get_data(as_text=True)
        if answer.mimetype == "text/html" and not rows_only:
            self.problems += [f"{path}: {one}" for one in forms.misnested(page)]
        return page

    def expect(self, fine: object, what: str) -> None:
        """Note a problem when something is not as it should be."""
        if not fine:
            self.problems.append(what)

    def list(self, entity: Entity, *, rows_only: bool = True, **arguments: Any) -> str:
        """A list page by its address's arguments; `filter` is a condition."""
        given = {k: json.dumps(v) if k == "filter" else v for k, v in arguments.items() if v}
        return self.get(
            f"/data/{entity.name}/list/" + (f"?{urlencode(given)}" if given else ""), rows_only=rows_only
        )


def sentence(page: str) -> str:
    """The words of an error page."""
    found = re.search(r'<main.*?</main>|"detail":"[^"]*"', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0] if found else page).split())[:300]


def tokens(page: str, entity: Entity) -> list[str]:
    """The records that a list shows, in order."""
    found = re.findall(rf'class="cell cell-title" href="/data/{re.escape(entity.name)}/show/([^"?]+)"', page)
    return [html.unescape(one) for one in found]


def neighbour(page: str, direction: str) -> str:
    """The address of the "Next" or "Previous" page; "" = there is none."""
    pagers = re.findall(r'<nav class="pager".*?</nav>', page, re.DOTALL)
    links = re.findall(
        r'<a[^>]*href="([^"]*cursor=[^"]*)"[^>]*>(.*?)</a>', pagers[-1] if pagers else "", re.DOTALL
    )
    return next((html.unescape(url) for url, words in links if direction in words), "")


def sort_links(page: str) -> list[str]:
    """The addresses behind the heads of a list."""
    return [html.unescape(one) for one in re.findall(r'class="sort" href="([^"]+)"', page)]


def walk_list(crawl: Crawl, entity: Entity, count: int) -> list[str]:
    """The list, its second page, every order both ways, a search and an export; returns a few records of it."""
    first = crawl.list(entity, rows_only=False)
    shown, end = tokens(first, entity), crawl.list(entity, sort=f"-{entity.key[0]}" if entity.key else "")
    if count:
        walk_orders(crawl, entity, first, count)
        walk_export(crawl, entity, count)
        crawl.list(entity, q="%'_")
    random_ones = random.Random(entity.name).sample(shown, min(ROWS[2], len(shown)))
    last = tokens(end, entity)[-ROWS[1] :] if len(shown) <= PAGE else tokens(end, entity)[: ROWS[1]]
    return list(dict.fromkeys([*shown[: ROWS[0]], *last, *random_ones]))


def walk_orders(crawl: Crawl, entity: Entity, first: str, count: int) -> None:
    """Each order that the heads offer, both ways."""
    for ascending in sort_links(first):
        walk_order(crawl, entity, ascending, count)
        descending = ascending.replace("sort=", "sort=-", 1).replace("sort=--", "sort=", 1)
        walk_order(crawl, entity, descending, count)


def walk_order(crawl: Crawl, entity: Entity, path: str, count: int) -> None:
    """Two pages show as many records as they should, each of them once, and the way back leads to the first page."""
    page = crawl.get(path, rows_only=True)
    seen, following = tokens(page, entity), neighbour(page, "Next")
    if following:
        second = crawl.get(following, rows_only=True)
        seen += tokens(second, entity)
        back = crawl.get(neighbour(second, "Previous"), rows_only=True)
        crawl.expect(tokens(back, entity) == tokens(page, entity), f"{path}: the way back leads elsewhere")
    expected = min(count, 2 * PAGE)
    whole = len(seen) == len(set(seen)) and (entity.delete_flag or len(seen) == expected)
    crawl.expect(whole or not entity.key, f"{path}: {len(set(seen))} of {expected} rows, {len(seen)} shown")


def walk_export(crawl: Crawl, entity: Entity, count: int) -> None:
    """The CSV has a line for each row."""
    text = crawl.get(f"/data/{entity.name}/export/?kind=csv").removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(text, newline="")))[:-1]  # the last one is the mark
    fine = len(lines) == count + 1 or entity.delete_flag
    crawl.expect(fine, f"{entity.name} export: {len(lines) - 1} of {count} rows")


def every_record(crawl: Crawl, entity: Entity) -> list[str]:
    """All records of a small table."""
    return tokens(crawl.list(entity, size="200"), entity) if entity.key else []


def walk_add(crawl: Crawl, entity: Entity) -> None:
    """The page for a new record, where there can be one."""
    if entity.read_only:
        return
    if unfillable(entity.fields.values()):
        crawl.expect(
            "only the old system" in crawl.get(f"/data/{entity.name}/add", 403), f"{entity.name} add"
        )
        return
    page = crawl.get(f"/data/{entity.name}/add")
    crawl.expect("data-main-form" in page, f"{entity.name} add: no form")


def walk_record(crawl: Crawl, entity: Entity, token: str, *, deep: bool) -> None:
    """The record's page; `deep`: with its history, its related lists and a copy."""
    page = crawl.get(f"/data/{entity.name}/show/{token}")
    if not deep:
        return
    for path in re.findall(r'hx-get="(/data/[^"]+/(?:related|history)/[^"]+)"', page):
        related = crawl.get(html.unescape(path))
        if following := neighbour(related, "Next"):
            crawl.get(following)
    if not entity.read_only and not unfillable(entity.fields.values()):
        crawl.get(f"/data/{entity.name}/add?copy={token}")


def save_untouched(crawl: Crawl, entity: Entity, token: str, *, scripting: bool = True) -> forms.Form | None:
    """Open a record's form and send it back as it stands: nothing must come of it."""
    path = f"/data/{entity.name}/edit/{token}"
    page = crawl.get(path)
    if not page:
        return None
    form = forms.main_form(page, scripting=scripting)
    crawl.expect(not form.held_back, f"{path}: a browser would not send it: {form.held_back}")
    crawl.saves += 1
    answer = crawl.client.post(path, data=form.sent)
    if answer.status_code != 302:
        crawl.problems.append(f"{answer.status_code} POST {path}: {sentence(answer.get_data(as_text=True))}")
        return form
    after = crawl.get(answer.headers["Location"])
    crawl.expect(UNCHANGED in after, f"{path}: saving without a change was not called so")
    return form


def walk_filters(crawl: Crawl, entity: Entity, examples: Iterable[tuple[str, str]]) -> None:
    """One field of each kind: empty ones, and those equal to a value that is there. `examples`: (column, text)."""
    known = dict(examples)
    for names in by_kind(entity).values():
        crawl.list(entity, filter={"field": names[0], "op": "is_null"})
        for name in [n for n in names if known.get(n)][:1]:
            if "eq" in fields.type_of(entity.fields[name]).operators:
                page = crawl.list(entity, filter={"field": name, "op": "eq", "value": known[name]})
                found = tokens(page, entity) or not page
                crawl.expect(found, f"{entity.name}: {name} = {known[name]!r} finds nothing")


def walk_search(crawl: Crawl, entity: Entity, token: str, known: dict[str, str]) -> None:
    """The quick search finds a record by the beginning of each text that it looks in."""
    for name in [n for n, f in entity.fields.items() if f.searched and known.get(n, "").strip()]:
        page = crawl.list(entity, q=known[name][:6].split("\n")[0], size="200")
        count = len(tokens(page, entity))
        crawl.expect(
            token in tokens(page, entity) or count == 200, f"{entity.name}: {known[name]!r} is not found"
        )


def by_kind(entity: Entity) -> dict[str, list[str]]:
    """Names of light fields by their kind."""
    found: dict[str, list[str]] = {}
    for one in entity.fields.values():
        if not fields.type_of(one).is_heavy:
            found.setdefault(one.kind, []).append(one.name)
    return found


def examples_in(form: forms.Form) -> list[tuple[str, str]]:
    """(column, text) of what stands in a form."""
    sent = form.sent
    return [
        (name[2:], sent.getlist(name)[-1].replace("\r\n", "\n")) for name in sent if name.startswith("f.")
    ]


def walk(crawl: Crawl, entity: Entity, count: int, also: Sequence[str] = ()) -> None:
    """Everything about one entity that holds `count` rows; `also` names records to open beside the chosen ones."""
    records = list(dict.fromkeys([*walk_list(crawl, entity, count), *also]))
    walk_add(crawl, entity)
    examples: list[tuple[str, str]] = []
    for number, token in enumerate(records):
        walk_record(crawl, entity, token, deep=number == 0)
        if not entity.read_only:
            form = save_untouched(crawl, entity, token, scripting=number % 2 == 0)
            examples = examples_in(form) if form else examples
    if count:
        walk_filters(crawl, entity, examples)
        walk_search(crawl, entity, records[-1] if records else "", dict(examples))
