"""The language is switched where one is, and never leads elsewhere."""

from __future__ import annotations

import pytest
from flask import Flask

HERE = "http://localhost"


@pytest.mark.parametrize(
    ("came_from", "target"),
    [
        (f"{HERE}/users/list/?page_UserDBModelView=1", "/users/list/?page_UserDBModelView=1"),
        (f"{HERE}/login/", "/login/"),
        ("http://elsewhere.example/users/list/", "/"),
        (f"{HERE}//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_one_stays_on_the_page(app: Flask, came_from: str, target: str) -> None:
    answer = app.test_client().get("/language/zh", headers={"Referer": came_from})
    assert answer.status_code == 302
    assert answer.headers["Location"] == target


def test_the_choice_stays_against_the_browsers_wish(app: Flask) -> None:
    client = app.test_client()
    english = {"Accept-Language": "en"}
    assert '<html lang="en">' in client.get("/login/", headers=english).get_data(as_text=True)
    client.get("/language/zh")
    assert '<html lang="zh-CN">' in client.get("/login/", headers=english).get_data(as_text=True)


def test_a_language_that_is_not_offered_is_unknown(app: Flask) -> None:
    assert app.test_client().get("/language/tlh").status_code == 404
