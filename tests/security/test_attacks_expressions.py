"""Attacks on whatever is evaluated: conditions, templates of messages, YAML, numbers, patterns. Nothing walks, loads or runs for long."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete

from app import yaml_text
from app.errors import Invalid
from app.extensions import services
from models.organisation import Unit
from models.organisation_rebuild import closure_rows
from models.organisation_sheet import read as read_sheets
from models.spreadsheet import Sheet
from rules.inbox import tell
from rules.messages import TEXTS, Message, sentence
from rules.tables import notifications
from tests.security.cast import Cast
from tests.security.limits import API, LIST
from tests.security.words import is_clean

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "models", "fields", "rules", "charts", "views")
PROCESSOR_SECONDS = 10
"""So much of the processor's own time, on the slowest machine, is far below what an attack would cost."""
WORDS = (
    "{{7*7191}}", "{% for a in range(10**9) %}x{% endfor %}", "${7*7191}", "#{7*7191}", "<%= 7*7191 %>", "{0.__class__.__mro__}", "{config}", "%(title)s",
    "%(secret_key)s", "%1000000000d", "%s%s%s%n", "%(a).1000000000f", "{:>1000000000}", "__import__('os').system('id')", "=cmd|' /C calc'!A0", "{{config.items()}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}", "__class__", "⁅7*7191⁆",
)  # fmt: skip
EVALUATED = str(7 * 7191)


def modules() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


EVALUATORS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "render_template_string",
    "literal_eval",
    "from_string",
}


def test_no_code_is_made_of_texts() -> None:
    """Names that evaluate a text stand nowhere; what is imported by name is our own rooms."""
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (name := called(node)) in EVALUATORS
    }
    assert found <= {"models/signin/counters.py: eval"}, "that one is the name of a command of Redis"


def called(node: ast.Call) -> str:
    """The bare name of what is called; "" for `re.compile` and what SQLAlchemy compiles."""
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return "" if function.attr == "compile" else function.attr
    return ""


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """All compiled patterns of all modules."""
    found: dict[str, re.Pattern[str]] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            for name, value in vars(importlib.import_module(one.name)).items():
                for part in value if isinstance(value, list | tuple) else [value]:
                    if isinstance(part, re.Pattern) and isinstance(part.pattern, str):
                        found.setdefault(part.pattern, part)
                        found[part.pattern] = part
                        _names[part.pattern] = f"{one.name}.{name}"
    return [(_names[text], pattern) for text, pattern in found.items()]


_names: dict[str, str] = {}
ENDLESS = (
    " ", "a", "1", "a.", "-", "@a.", "a@", "a b", "1,111", "1:", "(", "编号", "表", "A1", "1启用 ", "0=a,", "_a", "\t", "x/", "www.a", "1-1-1 ", "[1],", "/* veneer 1 s ", "、a", "（", "--", "%",
)  # fmt: skip


def endless(part: str, letters: int) -> str:
    return part * (letters // len(part)) + "\x00!"


def test_no_pattern_takes_long() -> None:
    """Long texts that nearly fit, at every pattern in the program: a whole one in linear time, a search in no more than its square."""
    slow = []
    for name, pattern in patterns():
        for part in ENDLESS:
            began = time.process_time()
            pattern.fullmatch(endless(part, 20_000))
            pattern.search(endless(part, 1000))
            if time.process_time() - began > PROCESSOR_SECONDS / 4:
                slow.append((name, part))
    assert slow == []


ODD_NAMES = (
    "__class__", "__init__.__globals__", "YWY.__class__", "KHMC.__len__", "metadata", "query", "_sa_instance_state", "__table__.c", "registry", "c_ID", "YWY.YWY", "YWY." * 500 + "XM",
    "KHMC.upper", "KHMC()", "KHMC[0]", "1", "", ".", "..", "*", "right_0", "row_hash", "key_0",
)  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_leads_to_columns_and_nowhere_else(both: Cast, name: str) -> None:
    condition = {"field": name, "op": "not_null"}
    for path in (LIST, API + "?"):
        for asked in (
            {"filter": json.dumps(condition)},
            {"sort": name},
            {"columns": name} if path is LIST else {"fields": name},
        ):
            answer = both.get("sales_east", path + urlencode(asked))
            assert is_clean(answer)
            if "filter" in asked:
                assert answer.status_code in {400, 404}, asked


ODD_CONDITIONS: dict[str, Any] = {
    "an attribute of the actor": {"field": "YWY", "op": "eq", "value": {"actor": "__class__"}}, "its permissions": {"field": "YWY", "op": "in", "value": {"actor": "permissions"}},
    "its roles": {"field": "YWY", "op": "in", "value": {"actor": "roles"}}, "a path in the actor": {"field": "YWY", "op": "eq", "value": {"actor": "username.__class__"}},
    "no actor's": {"field": "YWY", "op": "eq", "value": {"actor": ["employee"]}}, "an object": {"field": "YWY", "op": "eq", "value": {"__reduce__": "x"}}, "an operator of Python": {"field": "KHMC", "op": "__eq__", "value": "x"},
    "a pattern": {"field": "KHMC", "op": "regexp", "value": "(a+)+$"}, "another pattern": {"field": "KHMC", "op": "rlike", "value": "(a+)+$"}, "many days": {"field": "DJRQ", "op": "within", "value": "last_99999999999_days"},
    "days below nothing": {"field": "DJRQ", "op": "within", "value": "last_-1_days"}, "a period of code": {"field": "DJRQ", "op": "within", "value": "__import__('os')"},
    "a huge exponent": {"field": "XYED", "op": "gt", "value": "1e999999999"}, "a number of many digits": {"field": "XYED", "op": "eq", "value": "9" * 4000}, "an endless number": {"field": "XYED", "op": "gt", "value": "Infinity"},
    "many nots": "not", "many ands": "and", "no parts": {"and": {}}, "a number for parts": {"or": 5}, "two operators": {"and": [], "or": []}, "an unknown one": {"xor": [{"field": "KHMC", "op": "not_null"}]},
}  # fmt: skip


def built(raw: Any) -> Any:
    """The condition, nested twelve hundred times where it is named by its operator."""
    if not isinstance(raw, str):
        return raw
    found: Any = {"field": "KHMC", "op": "not_null"}
    for _level in range(400):
        found = {raw: found if raw == "not" else [found]}
    return found


@pytest.mark.parametrize("what", ODD_CONDITIONS)
def test_a_condition_is_no_program(both: Cast, what: str) -> None:
    text = json.dumps(built(ODD_CONDITIONS[what]))
    own = {row["_token"] for row in both.get("sales_east", API + "?size=200").get_json()["data"]}
    answer = both.get("sales_east", API + "?" + urlencode({"filter": text}))
    assert answer.status_code in {200, 400, 404, 414}
    if answer.status_code == 200:
        assert {row["_token"] for row in answer.get_json()["data"]} <= own
    saved = both.post("sales_east", "/data/customers/views/save", {"name": "odd", "filter": text})
    assert saved.status_code in {302, 400, 404}
    right = both.post(
        "admin",
        "/rights/apply",
        {"text": f"rights:\n  Sales:\n    customers:\n      see: {{condition: {text}}}", "step": "preview"},
    )
    assert is_clean(right)


def bomb() -> str:
    """Ten lines, a thousand million parts."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join([*lines, "rights: *a8", "entities: *a8"])


YAMLS = {
    "references": bomb(), "a reference to itself": "rights: &a {b: *a}\nentities: *a", "merged": "x: &x {a: b}\nrights: {<<: *x}\nentities: {<<: *x}", "deep lists": "rights: " + "[" * 5000 + "]" * 5000,
    "deep mappings": "rights: " + "{a: " * 3000 + "b" + "}" * 3000, "deep by blanks": "\n".join(" " * n + "a:" for n in range(1500)), "an object": "rights: !!python/object/apply:os.system ['id']",
    "a name": "rights: !!python/name:os.system", "a module": "entities: !!python/module:os", "a new object": "entities: !!python/object/new:type {}", "no such day": "rights: 2026-99-99", "no such time": "entities: 2026-01-01 99:99:99",
    "many digits": "rights: " + "9" * 10_000, "many digits of two": "entities: 0b" + "1" * 10_000, "sixties": "rights: " + ":".join(["59"] * 3000), "an endless number": "rights: .inf", "bytes": "rights: !!binary '%%%'",
    "two documents": "rights: {}\n---\nrights: {}", "an odd tag": "rights: !<tag:evil> x", "an unhashable name": "rights: {[a]: b}", "control letters": "rights: \x07", "half a character": "rights: '\\ud800'", "a set": "rights: !!set {a, b}",
    "pairs": "rights: !!pairs [a: b]", "an unknown reference": "rights: *nothing", "a directive": "%TAG ! tag:evil,2026:\n---\nrights: !x y", "a name twice": "rights: {}\nrights: {a: b}", "nothing": "", "a text": "x",
}  # fmt: skip
FORMS = {
    "/rights/apply": lambda text: {"text": text, "step": "preview"},
    "/wiring/table?table=T_KHZL": lambda text: {"kind-0": "text", "settings-0": text, "use-0": "y"},
}


@pytest.mark.parametrize("what", YAMLS)
def test_yaml_is_no_program(both: Cast, what: str) -> None:
    for path, form in FORMS.items():
        answer = both.post("admin", path, form(YAMLS[what]))
        assert answer.status_code in {200, 302, 400, 404, 405}, path
        assert "uid=" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("what", ["references", "a reference to itself", "merged", "deep lists", "deep mappings", "deep by blanks", "an object", "no such day", "no such time", "many digits", "sixties", "an unhashable name"])  # fmt: skip
def test_what_yaml_refuses_is_said_with_its_line(cast: Cast, what: str) -> None:
    with cast.app.test_request_context("/"), pytest.raises(Invalid, match=r"Line \d+ is not YAML"):
        yaml_text.load(YAMLS[what])


@pytest.fixture(scope="module")
def told(both: Cast) -> Iterator[Cast]:
    """A customer, a saved view and messages that hold templates instead of words."""
    with both.app.app_context(), services().engine.begin() as connection:
        user = both.app.appbuilder.sm.find_user(username="sales_east").id  # type: ignore[attr-defined]
        for word in WORDS:
            for code, text in TEXTS.items():
                params = dict.fromkeys(re.findall(r"%\((\w+)\)s", str(text)), word) | {"due": None}
                tell(
                    connection,
                    [user],
                    Message(code, params, f"/data/customers/show/{word}"),
                    datetime.now(UTC),
                )
    yield both
    with both.app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(notifications).where(notifications.c.user_id == user))


def test_a_message_shows_a_template_as_it_is(told: Cast) -> None:
    page = told.get("sales_east", "/inbox/")
    assert page.status_code == 200
    assert EVALUATED not in page.get_data(as_text=True)
    assert len(page.get_data()) < 2_000_000


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("code", list(TEXTS))
def test_a_sentence_holds_a_template_as_it_is(cast: Cast, word: str, code: str) -> None:
    with cast.app.test_request_context("/"):
        names = set(re.findall(r"%\((\w+)\)s", str(TEXTS[code])))
        said = sentence(code, {**dict.fromkeys(names, word), "due": "2030-01-01T00:00:00+00:00"})
        assert len(said) < 2000
        assert word in said
        assert sentence(code, {}) == "There is a message that this version cannot show."


@pytest.mark.parametrize("word", WORDS)
def test_what_people_name_is_a_text(both: Cast, word: str) -> None:
    """A record, a saved view and a search with such a name: every page shows it as it was typed."""
    number = both.ids["customers", "o"]
    path = f"/api/v1/data/customers/{number}"
    before = both.get("sales_east", path).get_json()["KHMC"]
    ok = both.ask("sales_east", "PATCH", path, json={"KHMC": word[:40]}, headers={"If-Match": "*"})
    assert ok.status_code == 200, ok.get_data(as_text=True)
    saved = both.post("sales_east", "/data/customers/views/save", {"name": word, "q": word})
    assert saved.status_code == 302
    pages = [
        f"/data/customers/show/{number}", f"/data/customers/edit/{number}", f"/data/customers/history/{number}", "/data/customers/list/?" + urlencode({"q": word}),
        "/search?" + urlencode({"q": word}), saved.headers["Location"], "/?" + urlencode({"q": word}), "/data/customers/list/?_l_=zh",
    ]  # fmt: skip
    for page in pages:
        answer = both.get("sales_east", page)
        assert answer.status_code == 200, page
        assert EVALUATED not in answer.get_data(as_text=True), page
        assert len(answer.get_data()) < 1_000_000, page
    back = both.ask("sales_east", "PATCH", path, json={"KHMC": before}, headers={"If-Match": "*"})
    assert back.status_code == 200


CHAIN = 20_000


def test_a_chain_of_units_is_refused_before_it_costs_anything(both: Cast) -> None:
    rows = [["code", "name", "parent"], ["u0", "top", ""]]
    rows += [[f"u{number}", "x", f"u{number - 1}"] for number in range(1, CHAIN)]
    sheet = Sheet("units", list(enumerate(rows, start=1)))
    began = time.process_time()
    with both.app.test_request_context("/"), services().engine.connect() as connection:
        mistakes = read_sheets(connection, [sheet]).mistakes
    assert any("levels above it" in one for one in mistakes)
    assert time.process_time() - began < PROCESSOR_SECONDS


def test_what_is_kept_of_a_chain_grows_with_its_length_alone() -> None:
    units = [Unit(f"u{number}", "x", f"u{number - 1}") for number in range(CHAIN)]
    assert len(closure_rows({unit.code: unit.parent for unit in units})) <= CHAIN * 100
