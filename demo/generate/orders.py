"""Orders day by day, their lines and their payments. All three come from the same core, drawn again for each table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from demo.generate.names import address, mix

if TYPE_CHECKING:
    from demo.generate.world import World

ORDER = 3
SOURCES = ("DH", "DH", "MD", "WZ", "WZ", "WX", "WX", "ZH")
LEAST_TODAY = 12
OLD_STATES = ("40",) * 14 + ("90", "30")
RECENT_STATES = ("40",) * 4 + ("30",) * 7 + ("20",) * 4 + ("90",)
NEW_STATES = ("10",) * 5 + ("20",) * 10 + ("90",)


class Line(NamedTuple):
    """One order line; price and amount in hundredths, discount in percent."""

    product: str
    quantity: int
    price: int
    discount: int
    amount: int


class Payment(NamedTuple):
    """One payment: day of the timeline and hundredths."""

    day: int
    cents: int


class Order(NamedTuple):
    """The core of an order: `number` counts all orders, `bits` are its hash."""

    number: int
    code: str
    customer: int
    day: int
    second: int
    bits: int
    state: str
    lines: list[Line]


def orders(world: World) -> Iterator[Order]:
    """All orders by day; the order number carries the date and a number within the day."""
    number, time = 0, world.time
    for day, count in time.spread(world.plan.orders, LEAST_TODAY):
        for place in range(count):
            h = world.hash(ORDER, number)
            customer = world.pick_customer(day, (h & 0xFFFFFF) / 0x1000000)
            second = time.office_second(day, place / count)
            lines = _lines(world, number, h)
            code = f"DD{time.number[day]}{place + 1:06d}"
            yield Order(number, code, customer, day, second, h, _state(time.last - day, h), lines)
            number += 1


def _state(age: int, h: int) -> str:
    """Old orders are mostly done, those of the last three days not yet shipped."""
    states = NEW_STATES if age < 3 else RECENT_STATES if age < 45 else OLD_STATES
    return states[h >> 24 & 15]


def _lines(world: World, number: int, h: int) -> list[Line]:
    """One to `most_lines` lines; small quantities of dear products, large ones of cheap products."""
    catalogue, found = world.products, []
    bits = mix(h + number)
    for _ in range(1 + (h >> 28) % world.plan.most_lines):
        product = catalogue[bits % len(catalogue)]
        quantity = 1 + (bits >> 20 & 7) * (20 if product.cents < 10_000 else 1)
        discount = (0, 0, 0, 0, 5, 0, 10, 2)[bits >> 24 & 7]
        amount = product.cents * quantity * (100 - discount) // 100
        found.append(Line(product.code, quantity, product.cents, discount, amount))
        bits = mix(bits)
    return found


def payments_of(world: World, order: Order) -> list[Payment]:
    """What was paid until today: mostly all within sixty days, sometimes half in advance, sometimes nothing."""
    if order.state in {"10", "90"}:
        return []
    total, h, last = sum(line.amount for line in order.lines), order.bits, world.time.last
    choice, first, second = h >> 32 & 15, order.day + (h >> 36 & 31), order.day + 20 + (h >> 41 & 31)
    if choice == 0:
        return []
    if choice < 4:
        plan = [Payment(order.day, total // 2), Payment(second, total - total // 2)]
    else:
        plan = [Payment(first if choice < 14 else order.day, total)]
    return [payment for payment in plan if payment.day <= last]


def order_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_DDZB."""
    for order in orders(world):
        yield _row(world, order)


def _row(world: World, order: Order) -> tuple[object, ...]:
    time, h = world.time, order.bits
    seat = world.seat(order.customer)
    total = sum(line.amount for line in order.lines)
    paid = sum(payment.cents for payment in payments_of(world, order))
    due = order.day + 3 + (h >> 46 & 15)
    changed = min(time.last, order.day + (0 if order.state == "10" else h >> 40 & 31))
    shipped = order.state in {"30", "40"}
    return (
        order.code,
        world.customer_code(order.customer, order.number),
        time.number[order.day],
        order.state,
        total / 100,
        paid / 100,
        "CNY",
        seat.employee,
        seat.unit,
        seat.region,
        SOURCES[h >> 55 & 7],
        time.number[due] if h >> 50 & 15 != 9 else 0,
        address(world.customer_hash(order.customer), seat.region),
        f"SF{h >> 20 & 0xFFFFFFFF:010d}" if shipped else None,
        "Y" if order.state == "40" and h >> 58 & 3 else "N",
        "加急" if not h >> 59 & 31 else None,
        time.at(order.day, order.second),
        time.at(changed, max(order.second, 64_800 - (h & 8191))),
        "1" if order.number % 211 == 210 else "0",
    )


def line_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_DDMX."""
    for order in orders(world):
        for place, line in enumerate(order.lines, start=1):
            yield (
                order.code,
                place,
                line.product,
                line.quantity,
                line.price / 100,
                line.discount,
                line.amount / 100,
            )


def payment_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_SKDJ, in the order of the orders."""
    for order in orders(world):
        for place, payment in enumerate(payments_of(world, order), start=1):
            yield _payment(world, order, place, payment)


def _payment(world: World, order: Order, place: int, payment: Payment) -> tuple[object, ...]:
    time, h = world.time, order.bits
    seat = world.seat(order.customer)
    code = f"SK{order.code[2:]}{place}"
    at = time.at(payment.day, order.second)
    method = "1111123444"[(h >> 12) % 10]
    account = f"6200 0000 {h >> 8 & 8191:04d} {h >> 21 & 8191:04d}" if method in "12" else ""
    return (
        code,
        order.code,
        world.customer_code(order.customer, order.number),
        time.number[payment.day],
        payment.cents / 100,
        method,
        account,
        seat.employee,
        seat.unit,
        f"/pingzheng/{time.number[payment.day] // 100}/{code}.pdf" if h >> 34 & 1 else None,
        "1" if payment.day < time.last - 2 else "0",
        at,
        at,
        "0",
    )
