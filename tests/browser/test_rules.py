"""Rules in a real browser: a warning arrives by itself, a policy is built and previewed, a calendar shows its weeks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.browser.visitor import Visitor
from tests.harness.serving import Serving, serving

pytestmark = pytest.mark.browser
DEMO_SECONDS = 180
"""The demo shows warnings and breaches within three minutes of starting."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("rules")
    with serving(folder, INLINE_RUNNER="yes", RUNNER_POLL_SECONDS="1", TRUSTED_PROXIES="1") as started:
        yield started


@pytest.fixture(params=[("en", False), ("zh", True)], ids=["desk-en", "phone-zh"])
def admin(request: pytest.FixtureRequest, server: Serving, browser) -> Iterator[Visitor]:
    language, phone = request.param
    visitor = Visitor(browser, server.url, phone=phone, language=language)
    visitor.sign_in("admin")
    yield visitor
    visitor.leave()


def wait_for_messages(visitor: Visitor) -> None:
    deadline = time.monotonic() + DEMO_SECONDS
    while time.monotonic() < deadline:
        visitor.go("/inbox/")
        if (
            visitor.page.locator(".inbox-sign.is-warn").count()
            and visitor.page.locator(".inbox-sign.is-bad").count()
        ):
            return
        time.sleep(2)
    raise AssertionError("no warning and no breach within three minutes")


def test_warnings_and_breaches_arrive_and_lead_to_their_record(admin: Visitor) -> None:
    wait_for_messages(admin)
    admin.look(closely=True)
    assert admin.page.locator("[data-inbox-count]").inner_text().strip() not in {"", "0"}
    admin.follow(admin.page.locator(".inbox-item.is-new form button").first)
    assert "/data/service-tickets/show/" in admin.page.url
    admin.page.wait_for_selector(".sla")
    admin.look(closely=True)


@pytest.mark.parametrize("show", ["overdue", "next", "paused"])
def test_deadlines(admin: Visitor, show: str) -> None:
    admin.go(f"/rules/deadlines/?show={show}")
    admin.look(closely=True)


def test_a_policy_is_built_previewed_and_kept(admin: Visitor) -> None:
    page = admin.page
    admin.go("/rules/policies/")
    admin.look(closely=True)
    admin.press("tbody a.cell-title >> nth=1")
    match = page.locator("[data-field=match]")
    admin.press(match.locator("[data-filter-add=row]").last)
    match.locator("[data-filter-field]").last.select_option("GDLX")
    match.locator("[data-filter-op]").last.select_option("eq")
    match.locator("[data-filter-values] select").last.select_option("4", force=True)
    admin.press("[hx-post*=preview]")
    page.wait_for_selector("#preview table")
    admin.look(closely=True)
    page.locator("[name=priority_field]").select_option("GDLX")
    admin.settle()
    page.locator("[name=priority_field]").select_option("YXJ")
    admin.settle()
    page.locator("[name=target_hours]").last.fill("40")
    admin.follow("[data-save]")
    assert page.url.endswith("/rules/policies/"), page.inner_text("main")[:400]
    admin.press("tbody a.cell-title >> nth=1")
    assert '"GDLX"' in page.locator("[name=condition_match]").input_value()
    assert page.locator("form[action$=apply]").count() == 1, (
        "running clocks keep their version until somebody says so"
    )
    admin.look()


def test_another_priority_field_brings_its_own_lines(admin: Visitor) -> None:
    admin.go("/rules/policies/add/service-tickets")
    admin.look(closely=True)
    before = admin.page.locator("#targets").inner_text()
    admin.page.locator("[name=priority_field]").select_option("YXJ")
    admin.settle()
    admin.page.wait_for_function(
        "before => document.querySelector('#targets').innerText !== before", arg=before
    )
    assert admin.page.locator("#targets .rule-line").count() == 5
    admin.page.locator("[name=target_hours]").last.fill("12")
    admin.page.locator("[name=priority_field]").select_option("GDLX")
    admin.settle()
    assert admin.page.locator("[name=target_hours]").last.input_value() == "12", "what was typed stays"
    admin.look()


def test_what_is_wrong_is_said_and_what_was_typed_stays(admin: Visitor) -> None:
    admin.go("/rules/policies/add/service-tickets")
    admin.page.fill("[name=target_hours]", "-1")
    admin.follow("[data-save]")
    assert admin.page.locator(".form-summary").count() == 1
    assert admin.page.locator("[name=target_hours]").first.input_value() == "-1"
    admin.look()


def test_a_calendar_shows_the_weeks_ahead(admin: Visitor) -> None:
    admin.go("/rules/calendars/")
    admin.look(closely=True)
    admin.press("tbody a[href$='/1']")
    admin.look(closely=True)
    days = admin.page.locator(".week-day.is-off")
    before = days.count()
    admin.page.fill("[name=day_5]", "09:00-12:00")
    admin.press("[hx-post*=preview]")
    admin.page.wait_for_function(
        "before => document.querySelectorAll('.week-day.is-off').length < before", arg=before
    )
    admin.look()


def test_an_empty_inbox_and_a_new_calendar(server: Serving, browser) -> None:
    visitor = Visitor(browser, server.url)
    visitor.sign_in("clerk")
    visitor.go("/inbox/")
    visitor.look(closely=True)
    visitor.leave()
    visitor = Visitor(browser, server.url)
    visitor.sign_in("admin")
    visitor.go("/rules/calendars/add")
    visitor.look(closely=True)
    visitor.leave()
