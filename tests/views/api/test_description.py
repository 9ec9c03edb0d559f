"""The OpenAPI description: valid, about what the caller may use, bounded; and the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from models.wiring.nouns import Entity, Field, Label
from tests.harness.applications import signed_in
from tests.views.api.conftest import Caller
from views.api import openapi


@pytest.mark.parametrize("username", ["admin", "clerk", "sales_east", "engineer"])
@pytest.mark.parametrize("narrowed", ["", "?entity=customers"])
def test_it_is_valid(callers: Callable[[str], Caller], username: str, narrowed: str) -> None:
    document = callers(username).get(f"/api/v1/openapi.json{narrowed}").get_json()
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_it_tells_only_what_the_caller_may_do(callers: Callable[[str], Caller]) -> None:
    document = callers("sales_east").get("/api/v1/openapi.json?entity=products").get_json()
    assert set(document["paths"]["/data/products/{token}"]) == {"parameters", "get"}
    assert "post" not in document["paths"]["/data/products/"]
    assert document["components"]["schemas"]["entity.products"]["x-rights"]["change"] is False


def test_every_path_and_method_is_one_of_ours(api: Flask, admin: Caller) -> None:
    described = {
        (method.upper(), "/api/v1" + re.sub(r"\{(\w+)\}", r"<\1>", path))
        for path, item in admin.get("/api/v1/openapi.json").get_json()["paths"].items()
        for method in item
        if method != "parameters"
    }
    served = {
        (method, rule.rule)
        for rule in api.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in rule.methods or ()
    }
    ours = {(method, rule) for method, rule in served if method not in {"HEAD", "OPTIONS"}}
    assert described == ours, "the description is complete and true"


def test_a_described_record_has_the_described_shape(admin: Caller) -> None:
    schema = admin.get("/api/v1/openapi.json?entity=customers").get_json()["components"]["schemas"][
        "entity.customers"
    ]
    types = {name: shape["type"] for name, shape in schema["properties"].items()}
    names = {
        "string": str,
        "integer": int,
        "number": float,
        "boolean": bool,
        "null": type(None),
        "array": list,
        "object": dict,
    }
    for row in admin.get("/customers/?size=200").get_json()["data"]:
        for name, value in row.items():
            wanted = types[name] if isinstance(types[name], list) else [types[name]]
            assert type(value) in {names[one] for one in wanted}, (name, value, wanted)


def test_500_entities_stay_readable(api: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {f"F{n}": Field(f"F{n}", Label("A field"), "text", "varchar(20)") for n in range(40)}
    many = [Entity(f"table-{n}", f"T{n}", Label(f"Table {n}"), fields, key=("F0",)) for n in range(500)]
    with api.test_request_context():
        from models import access

        class Everything:
            def may(self, *_args: object) -> bool:
                return True

        monkeypatch.setattr(access, "policy", Everything)
        document = openapi.document(many, narrowed=False)
    assert len(str(document)) < 40_000
    assert len(document["components"]["parameters"]["entity"]["schema"]["enum"]) == 500


def test_the_page_needs_a_session_and_loads_nothing_from_elsewhere(api: Flask) -> None:
    assert "/login/" in api.test_client().get("/api/docs").headers["Location"]
    answer = signed_in(api, "clerk").get("/api/docs?entity=customers")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "/api/v1/openapi.json?entity=customers" in page
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
    assert signed_in(api, "clerk").get("/api/docs?entity=nothing").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/menu/",
        "/api/v1/_openapi",
        "/api/v1/security/users/",
        "/api/v1/security/roles/",
        "/api/v1/security/api_keys/",
        "/swagger/v1",
    ],
)
def test_the_framework_s_own_interfaces_are_gone(admin: Caller, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_the_page_says_how_to_ask_in_the_readers_language(api: Flask) -> None:
    for language, words in (("en", "Make a token"), ("zh", "生成令牌")):
        client = signed_in(api, "clerk", language=language)
        page = client.get("/api/docs?entity=orders", headers={"Accept-Language": language}).get_data(
            as_text=True
        )
        assert words in page
        assert "/api/v1/data/orders/&#39;" in page or "/api/v1/data/orders/'" in page
        assert ("试一试" in page) is (language == "zh")
