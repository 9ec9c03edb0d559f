"""Path × actor × what is answered and what is found: the whole application, each cell asked for."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.security.cast import ACTORS, MISSING, PLACES, Cast, plain
from tests.security.paths import ALL, CORE

REACHED = {200, 302, 409, 412}
"""Done, done and led on, or refused only because the row was asked for in another state."""
RECORD = re.compile(r"\{(customers|contracts)\}")
Line = tuple[list[str], str]
# Flask-AppBuilder's Query.get
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning")


def named(line: Line) -> str:
    return line[1]


@pytest.mark.parametrize("line", ALL, ids=named)
def test_the_table(cast: Cast, line: Line) -> None:
    check(cast, line)


@pytest.mark.parametrize("line", CORE, ids=named)
def test_the_records_of_the_table_on_a_server(mariadb_cast: Cast, line: Line) -> None:
    check(mariadb_cast, line)


def test_no_address_is_missing_from_the_table(cast: Cast) -> None:
    rules = cast.app.url_map.iter_rules()
    wanted = {
        (rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    missing = wanted - set(filter(None, (covered(cast, what) for _cells, what in ALL)))
    assert not missing, "add these to tests/security/paths.py, with what each actor is answered there"


def covered(cast: Cast, what: str) -> tuple[str, str] | None:
    """The rule that a line of the table asks."""
    method, path, _form = parts_of(what)
    bare = re.sub(r"\{\w+\}", "1", path).partition("?")[0]
    try:
        rule, _values = cast.app.url_map.bind("localhost").match(bare, method, return_rule=True)
    except HTTPException:
        return None
    return rule.rule, method


def check(cast: Cast, line: Line) -> None:
    """Each actor's cell of a line."""
    cells, what = line
    wrong = {}
    for actor, cell in zip(ACTORS, cells, strict=True):
        told = answered(cast, actor, what, cell)
        if told != cell:
            wrong[actor] = f"{told} instead of {cell}"
    assert not wrong, what


def answered(cast: Cast, actor: str, what: str, expected: str) -> str:
    """The cell as it is: a status, or the letters of what is found."""
    if "{code" in what:
        return listed(cast, actor, what, expected)
    found = RECORD.search(what)
    if found:
        return opened(cast, actor, what, found[1], expected)
    return str(status(cast, actor, sent(cast, actor, what)))


def status(cast: Cast, actor: str, answer: TestResponse) -> int:
    """The status; being sent away to sign in counts as that only for a visitor."""
    place = answer.headers.get("Location", "")
    if answer.status_code == 302 and actor != "anonymous":
        assert not place.startswith("/login"), "signed out on the way"
    if answer.request.path == "/logout/":
        cast.forget(actor)
    return answer.status_code


def listed(cast: Cast, actor: str, what: str, expected: str) -> str:
    """Which of the four stand in a list, an export or a search."""
    if "{codes}" in what:
        answers = dict.fromkeys(PLACES, sent(cast, actor, what))
    else:
        answers = {letter: sent(cast, actor, what, letter) for letter in PLACES}
    statuses = {status(cast, actor, answer) for answer in answers.values()}
    if expected.isdigit() or statuses != {200}:
        return "/".join(map(str, sorted(statuses)))
    return "".join(letter for letter, answer in answers.items() if shows(cast, answer, letter)) or "-"


def shows(cast: Cast, answer: TestResponse, letter: str) -> bool:
    """Does the answer hold the record, and not only the words that were looked for?"""
    number, code = cast.ids["customers", letter], cast.codes[letter]
    if "export" in answer.request.path:
        return code in sheet(answer)
    body = answer.get_data(as_text=True)
    marks = (f'/data/customers/show/{number}"', f'"_token":"{number}"', f'"value":"{code}"')
    return any(mark in body for mark in marks)


def sheet(answer: TestResponse) -> str:
    """A CSV, or the cells of a workbook."""
    if not answer.mimetype.endswith("sheet"):
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def opened(cast: Cast, actor: str, what: str, entity: str, expected: str) -> str:
    """Which of the four can be reached; the others must be answered like one that does not exist."""
    missing = sent(cast, actor, what, number=MISSING[entity])
    blank = (status(cast, actor, missing), plain(missing, MISSING[entity]))
    reached, refused = "", set()
    for letter in PLACES:
        number = cast.ids[entity, letter]
        answer = sent(cast, actor, what, number=number)
        if actor == "anonymous":
            return str(answer.status_code)
        if answer.status_code in REACHED:
            reached += letter
            continue
        assert (status(cast, actor, answer), plain(answer, number)) == blank, "tells that the record exists"
        refused.add(answer.status_code)
    if expected.isdigit() or refused - {404}:
        return "/".join(map(str, sorted(refused))) + reached
    return reached or "-"


def sent(cast: Cast, actor: str, what: str, letter: str = "o", number: str = "") -> TestResponse:
    """The request of a line."""
    method, path, form = parts_of(what)
    values = {"code": cast.codes[letter], "codes": among(cast), "customers": number, "contracts": number}
    address = path.format(**values) if "{" in path else path
    filled = {name: text.format(**values) for name, text in form.items()}
    return cast.ask(actor, method, address, filled)


def among(cast: Cast) -> str:
    """A filter for the four codes."""
    return quote(json.dumps({"field": "KHBH", "op": "in", "value": list(cast.codes.values())}))


def parts_of(what: str) -> tuple[str, str, dict[str, Any]]:
    """(method, path, form) of a line's last column."""
    request, _plus, form = what.partition(" + ")
    method, path = request.split(" ", 1)
    return method, path, dict(parse_qsl(form))
