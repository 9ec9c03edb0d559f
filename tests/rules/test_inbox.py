"""The inbox: to one person, newest first, in the reader's language."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel, force_locale

from rules import inbox
from rules.messages import LEVELS, TEXTS, Message, level, sentence
from rules.tables import notifications

PARAMS = {
    "title": "T1",
    "policy": "P",
    "due": "2026-03-02T03:00:00+00:00",
    "percent": "80",
    "step": "x",
}


def put(world, count: int, user: int = 1) -> None:
    with world.engine.begin() as connection:
        for number in range(count):
            inbox.tell(connection, [user], Message("sla.breach", {"title": str(number)}, "/x"), world.now())


def test_newest_first_in_pages_and_never_somebody_elses(world):
    put(world, 5)
    put(world, 3, user=2)
    with world.engine.connect() as connection:
        page = inbox.messages_of(connection, 1, size=3)
        assert [one.params["title"] for one in page] == ["4", "3", "2"]
        assert [one.params["title"] for one in inbox.messages_of(connection, 1, below=page[-1].id)] == [
            "1",
            "0",
        ]


def test_reading_counts_down_and_touches_only_ones_own(world):
    put(world, 3)
    put(world, 2, user=2)
    with world.engine.begin() as connection:
        first = inbox.messages_of(connection, 1)[0].id
        assert inbox.mark_read(connection, 2, [first]) == 0
        assert inbox.mark_read(connection, 1, [first]) == 1
        assert inbox.unread_count(connection, 1) == 2
        assert len(inbox.messages_of(connection, 1, unread=True)) == 2
        assert inbox.mark_read(connection, 1) == 2
        assert (inbox.unread_count(connection, 1), inbox.unread_count(connection, 2)) == (0, 2)


def test_the_count_stops_at_a_hundred(world):
    with world.engine.begin() as connection:
        inbox.tell(connection, [1] * 150, Message("sla.breach"), world.now())
        assert inbox.unread_count(connection, 1) == inbox.MOST_COUNTED + 1
    assert world.count(notifications) == 150


def test_every_code_has_a_sentence_with_the_time_as_pages_show_it():
    app = Flask(__name__)
    Babel(app, default_timezone="Asia/Shanghai")
    with app.app_context():
        for code in TEXTS:
            counted = {"label": "L1", "handed": 2, "returned": 0, "refused": 1, "rows": 20000}
            said = sentence(code, {**PARAMS, **counted, "who": "T1", "sentence": ""})
            assert "11:00" in said or not code.startswith("sla.") or code == "sla.withdrawn"
            assert "T1" in said
        with force_locale("zh"):
            assert "11:00" in sentence("sla.breach", PARAMS)
            assert "服务" in sentence("sla.breach", {**PARAMS, "policy_zh": "服务"})
        assert "cannot show" in sentence("of.another.version", {})
    assert set(LEVELS) <= set(TEXTS)
    assert (level("sla.breach"), level("sla.warning")) == ("danger", "warning")
