"""A second factor as a person sets it up and uses it, on the desk and on the phone; and its codes on paper."""

from __future__ import annotations

import secrets
import time

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite
from tests.browser.test_accounts import PASSWORD, add_person
from tests.browser.visitor import Visitor


@pytest.fixture(params=[("en", False), ("zh", True)], ids=["en-desk", "zh-phone"])
def admin(request: pytest.FixtureRequest, invite: Invite) -> Visitor:
    language, phone = request.param
    return invite("admin", language=language, phone=phone)


def next_code(secret: str, used: str) -> str:
    """A code that was not typed yet: the one of the next half minute counts already."""
    totp, step = pyotp.TOTP(secret), int(time.time()) // 30
    return next(code for code in map(totp.generate_otp, (step, step + 1)) if code != used)


def test_it_is_set_up_used_and_reset(admin: Visitor, invite: Invite) -> None:
    username = f"factor{secrets.token_hex(3)}"
    add_person(admin, username, {"en": "Clerk", "zh": "文员"}[admin.language])
    owner = invite(phone=admin.is_phone, language=admin.language)
    owner.sign_in(username, PASSWORD)
    owner.go("/second-factor/")
    owner.look()
    owner.follow("main form button[type=submit]")
    expect(owner.page.locator("main svg.qr")).to_be_visible()
    owner.look()
    secret = owner.page.inner_text("code.token-text").replace(" ", "")
    first = pyotp.TOTP(secret).now()
    owner.page.fill("#code", first)
    owner.page.fill("#password", PASSWORD)
    owner.follow("main form button[type=submit]")
    codes = owner.page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    owner.look()
    for code in (next_code(secret, first), codes[0]):
        sign_in_with(invite(phone=admin.is_phone, language=admin.language), username, code)
    reset(admin, username)
    last = invite()
    last.sign_in(username, PASSWORD)


def sign_in_with(visitor: Visitor, username: str, code: str) -> None:
    """Both steps, with a wrong code on the way."""
    visitor.go("/login/")
    visitor.page.fill("[name=username]", username)
    visitor.page.fill("[name=password]", PASSWORD)
    visitor.follow("form[name=login] button[type=submit]")
    visitor.page.fill("#code", "12345")
    visitor.follow(".login button[type=submit]")
    expect(visitor.page.locator(".field-error")).to_be_visible()
    visitor.look()
    visitor.page.fill("#code", code)
    visitor.follow(".login button[type=submit]")
    assert visitor.page.url.rstrip("/").count("/") == 2, visitor.page.url


def reset(admin: Visitor, username: str) -> None:
    """As an administrator who was called."""
    admin.go(f"/sign-in/?q={username}")
    admin.look()
    admin.follow(admin.page.locator("main tbody a.cell-title"))
    admin.look()
    admin.press("form[action$='/reset-factor'] button")
    admin.follow("#confirm [data-confirm-yes]")
    expect(admin.page.locator("form[action$='/reset-factor']")).to_have_count(0)
