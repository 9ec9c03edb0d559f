"""What each person sees of rules: deadlines and badges of rows in reach, unsent letters, and an inbox of one's own."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.clock import now
from rules import inbox, outbox, tables
from rules.messages import Message
from rules.outbox import Letter
from tests.harness.applications import send
from tests.views.rules.looking import overlay, page


def test_deadlines_and_badges_follow_the_rows_a_person_may_see(visitor, admin):
    everything = page(admin, "/rules/deadlines/")
    assert " overdue<" in everything
    tokens = re.findall(r"/data/service-tickets/show/(\d+)", everything)
    assert tokens
    sales = visitor("sales_west")
    seen = re.findall(r"/data/service-tickets/show/(\d+)", page(sales, "/rules/deadlines/"))
    for token in tokens:
        assert (sales.get(f"/data/service-tickets/show/{token}").status_code == 200) == (token in seen)
        expected = 200 if token in seen else 404
        assert sales.get(f"/rules/deadlines/badge/service-tickets/{token}").status_code == expected
    badge = page(admin, f"/rules/deadlines/badge/service-tickets/{tokens[0]}")
    assert "Overdue" in badge
    assert "Round the clock" in badge or "Office hours" in badge


def test_a_letter_that_was_given_up_is_seen_and_sent_again(ticked, admin):
    with overlay(ticked) as connection:
        params = {"title": "Lost ticket", "policy": "P", "due": "", "zone": "UTC"}
        letter = Letter("mail", {"user_id": 1, "code": "sla.breach", "params": params}, "lost", "x")
        outbox.post(connection, letter, now(connection))
        gone = {"dead_at": now(connection), "next_try_at": None, "attempts": 12, "last_error": "451 not now"}
        connection.execute(tables.outbox.update().where(tables.outbox.c.dedupe_key == "lost").values(gone))
    html = page(admin, "/rules/letters/")
    assert "Lost ticket" in html
    assert "451 not now" in html
    number = re.search(r"/rules/letters/(\d+)/replay", html)[1]
    assert send(admin, f"/rules/letters/{number}/replay").status_code == 302
    assert "Lost ticket" not in page(admin, "/rules/letters/")
    with overlay(ticked) as connection:
        connection.execute(tables.outbox.delete().where(tables.outbox.c.dedupe_key == "lost"))


def test_only_mine(visitor):
    engineer = visitor("engineer")
    assert "Only mine" in page(engineer, "/rules/deadlines/")
    page(engineer, "/rules/deadlines/?mine=1")


def test_the_inbox_is_ones_own_and_can_be_read(ticked, visitor):
    with overlay(ticked) as connection:
        ids = dict(
            connection.execute(select(tables.notifications.c.user_id, tables.notifications.c.id)).all()
        )
        message = Message(
            "sla.breach", {"title": "<b>Loud</b>", "policy": "P", "due": "", "zone": "UTC"}, "/data/x"
        )
        inbox.tell(connection, [next(iter(ids))], message, now(connection))
    engineer = visitor("engineer")
    html = page(engineer, "/inbox/")
    count = re.search(r"data-inbox-count\s*>\s*(\d+)", html)
    assert count, "the badge in the top bar"
    assert html.count("(unread)") >= 1
    number = re.search(r"/inbox/(\d+)/open", html)[1]
    answer = send(engineer, f"/inbox/{number}/open", {"next": "/data/service-tickets/list/"})
    assert answer.headers["Location"] == "/data/service-tickets/list/"
    assert (
        send(engineer, f"/inbox/{number}/open", {"next": "https://elsewhere.example"}).headers["Location"]
        == "/inbox/"
    )
    assert send(engineer, "/inbox/read").status_code == 302
    assert "(unread)" not in page(engineer, "/inbox/")
    with overlay(ticked) as connection:
        unread = tables.notifications.c.read_at.is_(None)
        assert connection.execute(select(tables.notifications.c.id).where(unread).limit(1)).first(), (
            "others' stay"
        )
