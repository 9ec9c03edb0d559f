"""The second factor: set up, asked for on both ways in, never twice with the same code, required by a role, reset and audited."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.extensions import services
from models.signin import recovery, second_factor
from tests.harness.applications import send, signed_in
from tests.views.signin.people import PASSWORD, Person, code_of, send_here


def test_it_is_set_up_and_asked_for_afterwards(person: Person) -> None:
    secret, codes = person.set_up(person.browser())
    assert len(set(codes)) == 10
    person.forget_step()
    client, answer = person.page()
    assert answer.headers["Location"] == "/login/code"
    assert client.get("/").headers["Location"].startswith("/login/"), "the password alone opens nothing"
    assert client.get("/api/v1/data/").status_code == 401
    assert send_here(client, "/login/code", {"code": code_of(secret)}).headers["Location"] == "/"
    assert client.get("/sessions/").status_code == 200
    assert person.events() == ["sign-in", "factor-on", "sign-in"]


def test_a_code_counts_once(person: Person) -> None:
    secret, _codes = person.set_up(person.browser())
    first, _answer = person.page()
    used = send_here(first, "/login/code", {"code": code_of(secret)})
    assert used.status_code == 200, "the code that set it up is used already"
    assert "used already" in used.get_data(as_text=True)
    person.forget_step()
    person.browser(code_of(secret))
    again, _answer = person.page()
    assert send_here(again, "/login/code", {"code": code_of(secret)}).status_code == 200
    assert send_here(again, "/login/code", {"code": code_of(secret, -1)}).status_code == 200, (
        "nor one before it"
    )


def test_clocks_may_differ_by_half_a_minute_and_no_more(person: Person) -> None:
    secret, _codes = person.set_up(person.browser())
    for steps, is_right in ((-3, False), (3, False), (-1, True), (1, True)):
        person.forget_step()
        assert (person.api(code=code_of(secret, steps)).status_code == 200) == is_right, steps


@pytest.mark.parametrize(
    "typed", ["", "abc", "00000", "000000", "１２３４５６", "\x00", "' OR 1=1 --", "9" * 500]
)
def test_what_is_no_code_opens_nothing(person: Person, typed: str) -> None:
    person.set_up(person.browser())
    client, _answer = person.page()
    answer = send_here(client, "/login/code", {"code": typed})
    assert answer.status_code == 200
    assert client.get("/").status_code == 302


def test_a_recovery_code_opens_once(person: Person) -> None:
    _secret, codes = person.set_up(person.browser())
    person.browser(codes[3].upper().replace("-", " "))
    client, _answer = person.page()
    assert send_here(client, "/login/code", {"code": codes[3]}).status_code == 200
    assert "recovery-code" in person.events()
    with person.app.app_context():
        assert recovery.left(person.id) == 9


def test_new_recovery_codes_end_the_earlier_ones(person: Person) -> None:
    client = person.browser()
    secret, codes = person.set_up(client)
    person.forget_step()
    page = send(client, "/second-factor/codes", {"code": code_of(secret)}).get_data(as_text=True)
    assert codes[0] not in page
    assert "do not count any more" in page
    assert person.api(code=codes[0]).status_code == 401


def test_programs_send_the_code(person: Person) -> None:
    secret, codes = person.set_up(person.browser())
    asked = person.api()
    assert asked.status_code == 401
    assert asked.get_json()["type"] == "veneer:second-factor"
    assert "access_token" not in asked.get_data(as_text=True)
    assert person.api(password="wrong", code=code_of(secret)).get_json()["type"] == "veneer:sign-in"
    assert person.api(code=codes[0]).status_code == 200
    person.forget_step()
    assert person.api(code=code_of(secret)).status_code == 200


def test_codes_cannot_be_guessed(person: Person) -> None:
    secret, codes = person.set_up(person.browser())
    statuses = [person.api(code=f"{number:06}").status_code for number in range(12)]
    assert statuses[-1] == 429
    client, answer = person.page()
    assert answer.status_code == 429, "the page counts the same tries"
    assert person.api(code=codes[0]).status_code == 429, "not even the right one"
    assert "locked" in person.events()
    del client, secret


def test_the_second_step_ends_with_a_new_password(person: Person) -> None:
    from app import accounts

    secret, _codes = person.set_up(person.browser())
    client, _answer = person.page()
    with person.app.app_context():
        accounts.set_password(person.name, PASSWORD)
    person.forget_step()
    answer = send_here(client, "/login/code", {"code": code_of(secret)})
    assert answer.headers["Location"].startswith("/login/")
    assert client.get("/sessions/").status_code == 302


def test_the_database_keeps_neither_secret_nor_codes(person: Person) -> None:
    secret, codes = person.set_up(person.browser())
    with person.app.app_context(), services().engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT * FROM second_factor").all()
        kept = repr([raw, connection.execute(select(recovery.recovery_table)).all()])
    assert secret not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_setting_up_asks_for_the_password(person: Person) -> None:
    client = person.browser()
    assert person.set_up(client, password="wrong")[1] == []
    with person.app.app_context():
        assert not second_factor.is_on(person.id)


def require(person: Person, *roles: str) -> None:
    """As an administrator's page does."""
    answer = send(signed_in(person.app, "admin"), "/sign-in/roles", {"role": list(roles)})
    assert answer.status_code == 302


def test_whoever_must_and_has_none_is_led_to_set_it_up(person: Person) -> None:
    client, token = person.browser(), person.api().get_json()["access_token"]
    require(person, "Sales")
    for path in ("/", "/data/customers/list/", "/tokens/", "/sessions/", "/search?q=x", "/inbox/"):
        assert client.get(path).headers.get("Location") == "/second-factor/", path
    post = send_here(client, "/data/customers/bulk-delete", {"token": "1"})
    assert post.headers["Location"] == "/second-factor/"
    assert client.get("/api/v1/data/").status_code == 403
    bearer = {"Authorization": f"Bearer {token}"}
    assert person.app.test_client().get("/api/v1/data/", headers=bearer).status_code == 403
    assert person.api().status_code == 403
    assert signed_in(person.app, "clerk").get("/").status_code == 200, "others go on"
    page = send_here(client, "/second-factor/begin", {}).get_data(as_text=True)
    assert "<svg" in page
    secret = page.partition('token-text">')[2].partition("<")[0].replace(" ", "")
    send_here(client, "/second-factor/confirm", {"code": code_of(secret), "password": PASSWORD})
    assert client.get("/data/customers/list/").status_code == 200


def test_it_cannot_be_turned_off_while_a_role_asks_for_it(person: Person) -> None:
    client = person.browser()
    secret, codes = person.set_up(client)
    require(person, "Sales")
    send(client, "/second-factor/off", {"code": codes[0]})
    with person.app.app_context():
        assert second_factor.is_on(person.id)
    require(person)
    send(client, "/second-factor/off", {"code": codes[1]})
    with person.app.app_context():
        assert not second_factor.is_on(person.id)
    del secret


def test_an_administrator_resets_it_and_that_is_written_down(person: Person) -> None:
    person.set_up(person.browser())
    clerk = signed_in(person.app, "clerk")
    assert send(clerk, f"/sign-in/{person.id}/reset-factor").status_code == 403
    assert send(signed_in(person.app, "admin"), f"/sign-in/{person.id}/reset-factor").status_code == 302
    assert person.browser().get("/sessions/").status_code == 200
    assert "factor-reset" in person.events()
