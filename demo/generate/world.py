"""What all generators share: the plan, the timeline, the staff, the products and who answers for which customer."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from demo.generate.catalogue import Product, products
from demo.generate.names import mix
from demo.generate.staff import Employee, staff
from demo.generate.timeline import Timeline
from demo.plan import ORPHAN_ONE_IN, Plan

SLOTS = 4096
OLD_SHARE = 0.35
"""This share of the customers was registered before the three years of orders began."""


class Seat(NamedTuple):
    """Who answers for a customer: employee, department and region code."""

    employee: str
    unit: str
    region: str


class World:
    """One demo. Everything about customer number i follows from i alone, so that any table can be made by itself."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.time = Timeline(plan.now, plan.time_zone)
        self.salt = mix(plan.seed) & 0xFFFFFFFFFFFF
        self.staff = staff(self.time, self.salt)
        self.products: list[Product] = products(plan.products, self.salt)
        self.seats = _slots([person for person in self.staff if person.position == "05"])
        self.engineers = _engineers(self.staff)
        self.asset_stride = max(1, plan.customers // plan.assets)

    def hash(self, kind: int, number: int) -> int:
        """64 bits that belong to row `number` of a kind (a small number for each table)."""
        return mix(self.salt + (kind << 40) + number)

    def customer_hash(self, customer: int) -> int:
        return mix(self.salt + customer)

    def seat(self, customer: int) -> Seat:
        """The salesperson, department and region of a customer."""
        return self.seats[mix(self.salt + customer) >> 52]

    def engineer(self, region: str, h: int) -> Employee:
        """A service engineer of the region, chosen by the hash."""
        people = self.engineers[region]
        return people[(h >> 8) % len(people)]

    def customer_day(self, customer: int) -> int:
        """The day on which a customer was registered; the last ones were registered today."""
        share = (customer + 1) / self.plan.customers
        time = self.time
        if share < OLD_SHARE:
            return int(time.window * share / OLD_SHARE)
        days = time.last - time.window + 1
        return min(time.last, time.window + int(days * (share - OLD_SHARE) / (1 - OLD_SHARE)))

    def customers_on(self, day: int) -> int:
        """How many customers were registered before a day of the three years; at least one."""
        time = self.time
        share = OLD_SHARE + (1 - OLD_SHARE) * (day - time.window) / (time.last - time.window + 1)
        return max(1, int(self.plan.customers * share) - 1)

    def pick_customer(self, day: int, share: float) -> int:
        """A customer who could have bought on that day; one pick in eight goes to a key account."""
        available = self.customers_on(day)
        if share < 0.125:
            return int(share * 8 * ((available - 1) // 64 + 1)) * 64
        return int((share - 0.125) / 0.875 * available)

    def customer_code(self, customer: int, row: int) -> str:
        """The customer's code as row number `row` of another table has it: a few name a customer long gone."""
        if row % ORPHAN_ONE_IN == ORPHAN_ONE_IN - 1:
            return f"KH{99_000_000 + customer % 1000}"
        return f"KH{customer + 1:08d}"

    def asset_of(self, customer: int) -> str | None:
        """The code of the asset that stands at this customer's, None where none does."""
        number, rest = divmod(customer, self.asset_stride)
        return None if rest or number >= self.plan.assets else asset_code(number)


def asset_code(number: int) -> str:
    return f"ZC{number + 1:08d}"


def _slots(sellers: list[Employee]) -> list[Seat]:
    """4,096 places shared among the salespeople by weight: a hash of 12 bits picks an owner."""
    sums = list(accumulate(person.weight for person in sellers))
    edges = [0, *(round(SLOTS * value / sums[-1]) for value in sums)]
    slots: list[Seat] = []
    for place, person in enumerate(sellers):
        seat = Seat(person.code, person.unit, person.region or "")
        slots.extend([seat] * (edges[place + 1] - edges[place]))
    return slots


def _engineers(people: list[Employee]) -> dict[str, list[Employee]]:
    """The service engineers by region; one with a double weight stands twice in the list."""
    found: dict[str, list[Employee]] = {}
    for person in people:
        if person.position == "06" and person.region:
            found.setdefault(person.region, []).extend([person] * round(person.weight))
    return found
