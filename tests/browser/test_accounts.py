"""Flask-AppBuilder's own pages in the theme: people, roles, passwords and profiles are kept with them."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite
from tests.browser.visitor import Visitor

RESET = "main [href*='resetpasswords'], main [href*='resetmypassword'], main form[action*='reset'] button"
PASSWORD = "quite long and easy to remember 7"


@pytest.fixture(params=[("en", False), ("zh", True)], ids=["en-desk", "zh-phone"])
def admin(request: pytest.FixtureRequest, invite: Invite) -> Visitor:
    language, phone = request.param
    return invite("admin", language=language, phone=phone)


def choose(visitor: Visitor, field: str, words: str) -> None:
    """Pick an entry of a picker by its words."""
    visitor.press(f"#{field} + .ts-wrapper .ts-control")
    visitor.page.locator(f"#{field} + .ts-wrapper input").fill(words)
    option = visitor.page.locator(".ts-dropdown:popover-open .option", has_text=words).first
    expect(option).to_be_visible()
    visitor.press(option)
    visitor.page.keyboard.press("Escape")


def save(visitor: Visitor) -> None:
    visitor.follow("main form [data-save], main form .btn-primary[type=submit]")


def add_person(visitor: Visitor, username: str, role: str) -> None:
    visitor.go("/users/list/")
    visitor.follow("main a[href*='/users/add']")
    for field, text in {"first_name": "Ines", "last_name": "Probe", "username": username}.items():
        visitor.page.fill(f"#{field}", text)
    visitor.page.fill("#email", f"{username}@example.com")
    visitor.page.fill("#password", PASSWORD)
    visitor.page.fill("#conf_password", PASSWORD)
    choose(visitor, "roles", role)
    visitor.look()
    save(visitor)


def test_an_added_person_signs_in_with_the_rights_of_the_role(admin: Visitor, invite: Invite) -> None:
    username = f"probe{secrets.token_hex(3)}"
    add_person(admin, username, {"en": "Clerk", "zh": "文员"}[admin.language])
    expect(admin.page.locator("main table")).to_contain_text(username)
    admin.look()
    person = invite(phone=admin.is_phone, language=admin.language)
    person.sign_in(username, PASSWORD)
    person.go("/data/customers/list/")
    expect(person.page.locator("h1")).to_be_visible()
    person.go("/users/list/")
    assert person.page.locator("[data-problem], .login").first.is_visible()


def test_a_person_can_be_looked_up_edited_and_switched_off(admin: Visitor, invite: Invite) -> None:
    username = f"probe{secrets.token_hex(3)}"
    add_person(admin, username, {"en": "Sales", "zh": "销售"}[admin.language])
    row = admin.page.locator("main tbody tr", has_text=username)
    admin.follow(row.locator("a.cell-title"))
    expect(admin.page.locator("main")).to_contain_text(f"{username}@example.com")
    admin.look()
    admin.follow("a[href*='/users/edit/']")
    admin.page.uncheck("#active")
    admin.look()
    save(admin)
    admin.look()
    person = invite()
    person.go("/login/")
    person.page.fill("[name=username]", username)
    person.page.fill("[name=password]", PASSWORD)
    with person.page.expect_navigation():
        person.page.press("[name=password]", "Enter")
    assert "/login" in person.page.url


def test_a_role_is_added_gets_a_permission_and_goes(admin: Visitor) -> None:
    name = f"Probe {secrets.token_hex(3)}"
    admin.go("/roles/list/")
    admin.follow("main a[href*='/roles/add']")
    admin.page.fill("#name", name)
    admin.look()
    save(admin)
    row = admin.page.locator("main tbody tr", has_text=name)
    admin.follow(row.locator("a[href*='/roles/edit/']"))
    right = "数据接入：接入表" if admin.language == "zh" else "Wiring: wire tables"
    choose(admin, "permissions", right)
    admin.look()
    save(admin)
    expect(admin.page.locator("main tbody tr", has_text=name)).to_contain_text(right)
    admin.look()
    admin.press(
        admin.page.locator("main tbody tr", has_text=name).locator("form[action*='/roles/delete/'] button")
    )
    admin.look()
    admin.follow("#confirm [data-confirm-yes]")
    expect(admin.page.locator("main tbody tr", has_text=name)).to_have_count(0)


def test_a_password_is_changed_by_its_owner_and_reset_by_an_administrator(
    admin: Visitor, invite: Invite
) -> None:
    username = f"probe{secrets.token_hex(3)}"
    add_person(admin, username, {"en": "Clerk", "zh": "文员"}[admin.language])
    owner = invite(phone=admin.is_phone, language=admin.language)
    owner.sign_in(username, PASSWORD)
    owner.go("/users/userinfo/")
    owner.look()
    owner.follow(RESET)
    change_password(owner, "another long one, of my own 8")
    again = invite()
    again.sign_in(username, "another long one, of my own 8")
    admin.go("/users/list/")
    admin.follow(admin.page.locator("main tbody tr", has_text=username).locator("a.cell-title"))
    admin.follow(RESET)
    change_password(admin, "what the administrator says 9")
    last = invite()
    last.sign_in(username, "what the administrator says 9")


def change_password(visitor: Visitor, password: str) -> None:
    """Fill in the form; it asks for the present password first where its owner changes it."""
    present = visitor.page.locator("#current_password, #old_password")
    if present.count():
        present.fill(PASSWORD)
    visitor.page.fill("#password", password)
    visitor.page.fill("#conf_password", password)
    visitor.look()
    save(visitor)
    visitor.look()


@pytest.mark.parametrize(
    "path",
    ["/users/list/", "/users/show/1", "/roles/list/", "/roles/show/1", "/groups/list/", "/groups/add", "/permissions/list/",
     "/viewmenus/list/", "/permissionviews/list/", "/userstatschartview/chart/", "/userinfoeditview/form"],
)  # fmt: skip
def test_every_page_is_in_the_theme(admin: Visitor, path: str) -> None:
    admin.go(path)
    expect(admin.page.locator("main h1")).to_be_visible()
    expect(admin.page.locator(".shell .side-nav")).to_have_count(1)
    assert admin.page.locator("script[src*=jquery]").count() == 0
    admin.look()
