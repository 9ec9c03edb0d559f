"""How much of everything the demo holds, and the moment it takes for now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

TIME_ZONE = "UTC"
"""The zone of the times in DATETIME columns where none is asked for."""

ORPHAN_ONE_IN = 500
"""One order, ticket or contact in so many names a customer that no longer exists, as in any old ERP."""

DEFAULT_CUSTOMERS = 20_000
SEED = 2026
MOST_CUSTOMERS = 10_000_000


class DemoRefused(Exception):
    """The demo cannot be made as asked; the text is a sentence for the user."""


@dataclass(frozen=True)
class Plan:
    """The number of rows for each table; `now` is a wall clock time in `time_zone` (an IANA name)."""

    customers: int
    contacts: int
    products: int
    orders: int
    most_lines: int
    contracts: int
    assets: int
    tickets: int
    log_entries: int
    now: datetime
    seed: int
    time_zone: str


def moment(today: date | datetime | None, time_zone: str = TIME_ZONE) -> datetime:
    """The demo's present as a naive wall clock time: a datetime as it is (an aware one is converted), a date
    at 15:00, None the current minute.
    """
    zone = ZoneInfo(time_zone)
    if today is None:
        return datetime.now(zone).replace(second=0, microsecond=0, tzinfo=None)
    if not isinstance(today, datetime):
        return datetime.combine(today, time(15))
    local = today.astimezone(zone) if today.tzinfo else today
    return local.replace(microsecond=0, tzinfo=None)


def plan_for(
    customers: int = DEFAULT_CUSTOMERS,
    today: date | datetime | None = None,
    *,
    seed: int = SEED,
    time_zone: str = TIME_ZONE,
) -> Plan:
    """The plan for a number of customers. Small demos are dense (three orders a customer), large ones thin."""
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise DemoRefused(f"The demo holds 1 to {MOST_CUSTOMERS:,} customers. Ask for a number between them.")
    return Plan(
        customers=customers,
        contacts=_share(customers, 1.5, 1, 150_000),
        products=max(200, min(1_200, customers // 10)),
        orders=_share(customers, 3, 1, 300_000),
        most_lines=4 if customers <= 100_000 else 2,
        contracts=_share(customers, 0.3, 0.05, 30_000),
        assets=_share(customers, 0.4, 0.1, 40_000),
        tickets=_share(customers, 0.6, 0.1, 60_000),
        log_entries=_share(customers, 0.15, 0.01, 15_000),
        now=moment(today, time_zone),
        seed=seed,
        time_zone=time_zone,
    )


def _share(customers: int, dense: float, thin: float, until: int) -> int:
    """`dense` rows a customer up to `until` rows; from there on `thin` rows a customer where that is more."""
    return max(1, int(customers * thin), min(int(customers * dense), until))
