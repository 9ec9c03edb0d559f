"""Letters leave at least once and in order; what fails is tried later, and in the end kept where it can be seen."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask, current_app
from flask_babel import Babel
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from config import load
from rules import outbox
from rules.mail import MailChannel, channels_of
from rules.outbox import Letter
from rules.tables import outbox as letters
from tests.rules.smtp_sink import smtp_sink


@pytest.fixture
def sink():
    with smtp_sink() as running:
        yield running


@pytest.fixture
def channel(world, sink):
    settings = {
        "smtp_host": "127.0.0.1",
        "smtp_port": sink.port,
        "smtp_tls": "none",
        "smtp_from": "veneer@example.com",
    }
    app = Flask(__name__)
    Babel(app, default_timezone="Asia/Shanghai")
    with app.app_context():
        yield MailChannel(replace(load({}), **settings), world.engine, world.folk)


def post(world, number: int, record: str = "ticket:1", user: int = 1) -> None:
    params = {
        "title": f"工单 {number}",
        "policy": "Service",
        "due": "2026-03-02T03:00:00+00:00",
    }
    payload = {"user_id": user, "code": "sla.breach", "params": params, "link": "/data/ticket/show/1"}
    with world.engine.begin() as connection:
        outbox.post(connection, Letter("mail", payload, f"key {number}", record), world.now())


def send(world, channel) -> int:
    return outbox.send_due(world.engine, {"mail": channel}, "sender")


def make_due(world) -> None:
    """As if the waiting were over."""
    with world.engine.begin() as connection:
        past = world.now() - timedelta(seconds=1)
        connection.execute(
            update(letters)
            .where(letters.c.next_try_at.is_not(None))
            .values(next_try_at=past, lease_until=None)
        )


def test_a_letter_arrives_as_a_mail_that_can_be_told_from_a_copy(world, sink, channel):
    post(world, 1)
    assert send(world, channel) == 1
    (mail,) = sink.messages
    assert mail["To"] == "user1@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "工单 1 has been overdue since 2026-03-02 11:00" in mail.get_content()
    assert mail["Message-ID"].endswith("@example.com>")
    assert send(world, channel) == 0


def test_the_same_key_is_refused(world):
    post(world, 1)
    with pytest.raises(IntegrityError):
        post(world, 1)


def test_letters_of_one_record_keep_their_order_and_do_not_stop_others(world, sink, channel):
    post(world, 1)
    sink.refuse = True
    send(world, channel)
    sink.refuse = False
    post(world, 2)
    post(world, 3, record="ticket:2")
    assert send(world, channel) == 1, "the second waits for the first, the third does not"
    make_due(world)
    assert send(world, channel) == 2
    numbers = [mail["Subject"].split()[1] for mail in sink.messages]
    assert numbers == ["3", "1", "2"]


def test_what_fails_waits_longer_each_time_and_is_given_up_in_the_end(world, sink, channel):
    sink.refuse = True
    post(world, 1)
    for attempt in range(1, outbox.MOST_ATTEMPTS + 1):
        make_due(world)
        assert send(world, channel) == 0
        assert world.rows(letters)[0]["attempts"] == attempt
    with world.engine.connect() as connection:
        (dead,) = outbox.dead_letters(connection)
    assert "451" in dead["last_error"]
    sink.refuse = False
    assert send(world, channel) == 0
    with world.engine.begin() as connection:
        assert outbox.replay(connection, dead["id"])
        assert not outbox.replay(connection, dead["id"])
    assert send(world, channel) == 1


def test_the_waiting_grows_to_an_hour():
    random.seed(1)
    waits = [outbox.wait_after(attempt) for attempt in range(1, 12)]
    assert timedelta(seconds=5) <= waits[0] <= timedelta(seconds=10)
    assert all(wait <= timedelta(hours=1) for wait in waits)
    assert waits[-1] >= timedelta(minutes=30)


def test_a_server_that_accepts_and_hangs_up_is_sent_a_copy_with_the_same_id(world, sink, channel):
    sink.reset_after = 1
    post(world, 1)
    assert send(world, channel) == 0
    make_due(world)
    assert send(world, channel) == 1
    assert len({mail["Message-ID"] for mail in sink.messages}) == 1


def test_a_sender_that_died_loses_its_lease_and_nothing_else(world, sink, channel):
    post(world, 1)
    with world.engine.begin() as connection:
        assert outbox.lease(connection, ("mail",), "dead")
    assert send(world, channel) == 0, "the lease is not over"
    make_due(world)
    assert send(world, channel) == 1


def test_two_senders_send_each_letter_once(world, sink, channel):
    for number in range(20):
        post(world, number, record=f"ticket:{number}")
    context = current_app.app_context

    def work(name: str) -> None:
        with context():
            outbox.send_due(world.engine, {"mail": channel}, name)

    threads = [Thread(target=work, args=(f"sender {n}",)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send(world, channel)
    assert sorted(mail["Message-ID"] for mail in sink.messages) == sorted(
        {mail["Message-ID"] for mail in sink.messages}
    )
    assert len(sink.messages) == 20


def test_somebody_without_an_address_is_not_written_to(world, sink, channel):
    world.folk.address_of = lambda connection, user_id: None
    post(world, 1)
    assert send(world, channel) == 1
    assert sink.messages == []


def test_without_a_mail_server_the_channel_is_off(world):
    assert channels_of(load({}), world.engine, world.folk) == {}
    assert set(channels_of(load({"SMTP_HOST": "mail.example.com"}), world.engine, world.folk)) == {"mail"}
