"""What a message may say to its reader: a record's title only where that person may know it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.guard import RecordSession
from models.records.reach import Place, nameable

RECORD = re.compile(r"/data/([^/]+)/show/([^/]+)")
"""The link of a message about a record."""
Params = Mapping[str, Any]


def worded(session: RecordSession, messages: Sequence[tuple[Params, str]]) -> list[Params]:
    """The parameters of (parameters, link), with the record's number in place of a title that is not for this reader."""
    places = [place_of(link) for _params, link in messages]
    known = nameable(session, [place for place in places if place])
    return [
        params if place is None or place in known else {**params, "title": place[1]}
        for (params, _link), place in zip(messages, places, strict=True)
    ]


def place_of(link: str) -> Place | None:
    """The record that a link leads to; None where it leads elsewhere."""
    found = RECORD.fullmatch(link)
    return (found[1], found[2]) if found else None
