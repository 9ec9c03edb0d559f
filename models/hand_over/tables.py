"""A hand-over as it stands, and the records that it left as they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, RowMapping, String, Table

from models.change import BigKey
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

GOING, DONE, BACK, TAKEN_BACK = "going", "done", "back", "taken-back"
STOPPED, STOPPED_BACK = "stopped", "stopped-back"
HALTS = {GOING: STOPPED, BACK: STOPPED_BACK}
ENDS = {GOING: DONE, BACK: TAKEN_BACK}

run_table = Table(
    "hand_over",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", Integer, nullable=False),
    Column("by_name", String(128), nullable=False),
    Column("acts_id", Integer, nullable=False, default=0, server_default="0"),
    Column("entity", String(64), nullable=False),
    Column("giver", String(64), nullable=False, index=True),
    Column("taker", String(64), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("cursor", LongText, nullable=False),
    Column("expected", Integer),
    Column("handed", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("returned", Integer, nullable=False, default=0),
    Column("first_change", BigKey),
    Column("last_change", BigKey),
    Column("reason", String(500), nullable=False, default=""),
    Column("leased_by", String(80), nullable=False, default="", server_default=""),
    Column("lease_until", UtcDateTime),
    Column("worked_at", UtcDateTime),
)
"""One entity's records of one person to another. `acts_id` is the account that it is done as, `cursor` where the next step goes on,
`first_change` the number from which on its entries in the audit lie, `reason` why it stopped by itself, as a code."""

left_table = Table(
    "hand_over_left",
    metadata,
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("way", String(8), primary_key=True),
    Column("record", String(255), primary_key=True),
    Column("code", String(16), nullable=False),
    Column("text", String(500), nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=1),
    Index("ix_hand_over_left_code", "run", "way", "code"),
)
"""Records that stayed as they are, by way (the state in which that was) with the reason."""


@dataclass(frozen=True)
class Run:
    """A hand-over as it stands."""

    id: int
    at: datetime
    by_id: int
    by_name: str
    acts_id: int
    entity: str
    giver: str
    taker: str
    state: str
    cursor: str
    expected: int | None
    handed: int
    refused: int
    returned: int
    first_change: int | None
    last_change: int | None
    reason: str

    @property
    def request(self) -> str:
        """What its changes have as their request; with the moment, since SQLite gives numbers again."""
        return f"hand-over-{self.id}-{self.at:%Y%m%d%H%M%S%f}"

    @property
    def is_going(self) -> bool:
        """Is the runner to do more?"""
        return self.state in HALTS

    @property
    def is_stopped(self) -> bool:
        """Would it go on when somebody says so?"""
        return self.state in HALTS.values()


def run_from(row: RowMapping) -> Run:
    """A row as a run."""
    return Run(**{name: row[name] for name in Run.__dataclass_fields__})
