"""Attacks by what is sent: SQL and its kin at every place that reads words, and more of everything than anybody needs."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.extensions import services
from server import ADDRESS_LETTERS
from tests.harness.applications import signed_in
from tests.harness.http_client import in_process
from tests.security.cast import Cast
from tests.security.words import OTHERS, SQL, is_clean, leak_of

ME = "clerk"
LIST, API = "/data/customers/list/?", "/api/v1/data/customers/?"


def leaf(**parts: Any) -> str:
    """A filter argument."""
    return urlencode({"filter": json.dumps({"field": "KHMC", "op": "eq", "value": "x", **parts})})


def cursor(*parts: Any) -> str:
    """A forged cursor."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def coded(word: str) -> str:
    """A word in an address; half a character as browsers would send it."""
    return quote(word.encode("utf-8", "surrogatepass"), safe="")


PLACES: dict[str, Any] = {
    "sort": lambda word: LIST + "sort=" + coded(word),
    "sort backwards": lambda word: LIST + "sort=-" + coded(word),
    "sort of the API": lambda word: API + "sort=" + coded(word),
    "columns": lambda word: LIST + "columns=KHMC," + coded(word),
    "fields of the API": lambda word: API + "fields=" + coded(word),
    "field of a filter": lambda word: LIST + leaf(field=word),
    "path of a filter": lambda word: API + leaf(field="YWY." + word),
    "relation of a filter": lambda word: API + leaf(field=word + ".XM"),
    "operator": lambda word: API + leaf(op=word),
    "value": lambda word: API + leaf(value=word),
    "value of a number": lambda word: API + leaf(field="XYED", op="gt", value=word),
    "value of a day": lambda word: API + leaf(field="DJRQ", op="between", value=[word, word]),
    "value that begins so": lambda word: API + leaf(op="starts", value=word),
    "value that holds it": lambda word: LIST + leaf(op="contains", value=word),
    "actor's value": lambda word: API + leaf(value={"actor": word}),
    "filter itself": lambda word: LIST + "filter=" + coded(word),
    "cursor": lambda word: LIST + "cursor=" + coded(word),
    "cursor with a value": lambda word: API + "cursor=" + cursor("53f50aa9", 0, word),
    "size": lambda word: LIST + "size=" + coded(word),
    "size of the API": lambda word: API + "size=" + coded(word),
    "view": lambda word: LIST + "view=" + coded(word),
    "quick search": lambda word: LIST + "q=" + coded(word),
    "global search": lambda word: "/search?q=" + coded(word),
    "look-up": lambda word: "/data/orders/look-up/KHBH?q=" + coded(word),
    "look-up's field": lambda word: "/data/orders/look-up/" + coded(word),
    "key": lambda word: "/data/orders/show/" + coded(word),
    "key of a number": lambda word: "/data/customers/edit/" + coded(word),
    "spelled key": lambda word: "/api/v1/data/orders/." + coded(word),
    "compound key": lambda word: "/api/v1/data/order-lines/" + coded(word) + "~1",
    "entity": lambda word: "/data/" + coded(word) + "/list/",
    "relation": lambda word: "/data/customers/related/5/orders/" + coded(word),
    "page of a history": lambda word: "/data/customers/history/5?below=" + coded(word),
    "chart": lambda word: "/home/chart/" + coded(word),
    "page of deadlines": lambda word: "/rules/deadlines/?after=" + coded(word) + ",5",
    "number of a deadline": lambda word: "/rules/deadlines/?after=," + coded(word),
    "page of messages": lambda word: "/inbox/?below=" + coded(word),
    "kind of an export": lambda word: "/data/customers/export/?size=1&kind=" + coded(word),
    "prefilled field": lambda word: "/data/orders/add?f.KHBH=" + coded(word),
}
FORMS: dict[str, tuple[str, Any]] = {
    "saved view": ("/data/customers/views/save", lambda word: {"name": word, "sort": word, "columns": word, "q": word}),
    "saved view's filter": ("/data/customers/views/save", lambda word: {"name": "x", "filter": word}),
    "saved view of a view": ("/data/customers/views/save", lambda word: {"name": "x", "view": word}),
    "changes taken back": ("/data/customers/undo/{}", lambda _word: {}),
    "new record": ("/data/customers/add", lambda word: {"f.KHBH": word, "f.KHMC": word, "f.DJRQ": word, "f.XYED": word, "f.YWY": word}),
    "originals": ("/data/customers/edit/5", lambda word: {"originals": word, "row_hash": word}),
    "bulk field": ("/data/customers/bulk-edit", lambda word: {"token": word, "field": word, "step": word}),
    "idempotency key": ("/data/customers/delete/99999999", lambda word: {"idempotency_key": word, "reason": word}),
    "message": ("/inbox/{}/open", lambda word: {"next": word}),
}  # fmt: skip


def words(cast: Cast) -> tuple[str, ...]:
    """What is sent: everything to the embedded demo, what a server might mistake to the server."""
    on_server = cast.app.extensions["veneer"].engine.dialect.name != "sqlite"
    return SQL if on_server else SQL + OTHERS


def rows(cast: Cast) -> tuple[int, ...]:
    """How much there is in the tables that an injection would reach for."""
    with cast.app.app_context(), services().engine.connect() as connection:
        counted = (
            f"SELECT COUNT(*) FROM {services().schema}.{table}" for table in ("T_KHZL", "T_DDZB", "T_XTCS")
        )
        return tuple(connection.execute(text(one)).scalar_one() for one in counted)


@pytest.mark.parametrize("place", PLACES)
def test_words_in_an_address_stay_words(both: Cast, place: str) -> None:
    own = {row["_token"] for row in both.get(ME, API + "size=200").get_json()["data"]}
    for word in words(both):
        answer = both.get(ME, PLACES[place](word))
        assert is_clean(answer), (word[:40], answer.status_code, leak_of(answer))
        if (
            answer.is_json
            and isinstance(answer.get_json(), dict)
            and "customers/?" in answer.request.full_path
        ):
            found = {row["_token"] for row in answer.get_json().get("data", [])}
            assert found <= own, f"{word[:40]} found what is not mine"


@pytest.mark.parametrize("place", FORMS)
def test_words_in_a_form_stay_words(both: Cast, place: str) -> None:
    address, form = FORMS[place]
    before = rows(both)
    for word in words(both):
        body = urlencode({n: v.encode("utf-8", "surrogatepass") for n, v in form(word).items()})
        kind = {"content_type": "application/x-www-form-urlencoded"}
        answer = both.ask(ME, "POST", address.format(coded(word)), data=body, **kind)
        assert is_clean(answer), (word[:40], answer.status_code, leak_of(answer))
    assert rows(both) == before


@pytest.mark.parametrize("word", ["%", "_", "%%", "K%", "%0", "KH_0"])
@pytest.mark.parametrize("way", ["q={}", "starts", "contains"])
def test_wildcards_are_letters(both: Cast, word: str, way: str) -> None:
    asked = way.format(coded(word)) if "{" in way else leaf(field="KHBH", op=way, value=word)
    assert both.get(ME, API + asked).get_json()["data"] == []


MANY = {
    "a hundred thousand members": (leaf(field="ID", op="in", value=list(range(100_000))), {400}),
    "fifty levels": ("filter=" + coded('{"not":' * 50 + "{}" + "}" * 50), {400}),
    "a hundred thousand levels": ("filter=" + coded('{"not":' * 100_000 + "{}" + "}" * 100_000), {400}),
    "a thousand comparisons": (urlencode({"filter": json.dumps({"or": [{"field": "ID", "op": "eq", "value": 1}] * 1000})}), {400}),
    "a thousand orders": ("sort=" + ",".join(["ID"] * 1000), {200}),
    "ten thousand columns": ("columns=" + ",".join(["KHMC", "BZ"] * 5000), {200}),
    "a search of a hundred thousand letters": ("q=" + "x" * 100_000, {200}),
    "less than no rows": ("size=-1", {200, 400}),
    "a thousand million rows": ("size=1000000000", {200}),
    "no rows": ("size=0", {200, 400}),
    "rows that are no number": ("size=abc", {200, 400}),
}  # fmt: skip


@pytest.mark.parametrize("what", MANY)
@pytest.mark.parametrize("where", [LIST, API])
def test_more_than_anybody_needs_is_held_down(cast: Cast, what: str, where: str) -> None:
    asked, expected = MANY[what]
    if where == API and asked.startswith("columns"):
        asked = asked.replace("columns", "fields")
    answers = [cast.get("admin", where + asked)]
    if len(asked) > ADDRESS_LETTERS:
        assert answers[0].status_code == 414, "no proxy in front, and the server itself takes no such address"
        with in_process(cast.app):
            answers.append(signed_in(cast.app, "admin").get(where + asked))
    assert answers[-1].status_code in expected
    for answer in answers:
        assert is_clean(answer)
        assert shown(answer) <= 200


def shown(answer: TestResponse) -> int:
    """How many records an answer holds."""
    if answer.is_json:
        return len(answer.get_json().get("data", []))
    return answer.get_data(as_text=True).count("/data/customers/edit/")


FORGED = [
    [], {}, 5, "x", None, ["53f50aa9"], ["53f50aa9", []], ["53f50aa9", {"d": "sNaN"}, 1], ["53f50aa9", 0, [1]], ["53f50aa9", 0, {"d": "x"}],
    ["53f50aa9", 0, {"d": "sNaN"}], ["53f50aa9", 0, {"d": "1e999999"}], ["53f50aa9", 0, {"b": "zz"}], ["53f50aa9", 0, {"b": "00"}],
    ["53f50aa9", 0, 10**400], ["53f50aa9", 0, 10**30], ["53f50aa9", 0, -1], ["53f50aa9", 0, True], ["53f50aa9", 0, None],
    ["53f50aa9", 0, "\ud800"], ["53f50aa9", 1, 1], ["53f50aa9", 2, 1], ["53f50aa9", 0, float("inf")], ["53f50aa9", 0, "' OR 1=1--"],
]  # fmt: skip


def test_a_forged_cursor_leads_to_ones_own_rows_or_nowhere(both: Cast) -> None:
    own = {row["_token"] for row in both.get("sales_east", API + "size=200").get_json()["data"]}
    for forged in FORGED:
        word = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
        answer = both.get("sales_east", API + "cursor=" + word)
        assert answer.status_code in {200, 400}, forged
        assert {row["_token"] for row in answer.get_json().get("data", [])} <= own, forged
