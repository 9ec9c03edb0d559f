"""Contracts, numbered by year in the order in which they were signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from demo.generate.picture import png

if TYPE_CHECKING:
    from demo.generate.world import World

CONTRACT = 4
TITLES = (
    ("年度采购框架合同", "Annual framework contract"),
    ("设备销售合同", "Equipment sale"),
    ("维保服务合同", "Maintenance contract"),
    ("配件供应合同", "Spare parts supply"),
)
TERMS = (
    "第一条 甲方按订单付款。\n第二条 乙方在十五个工作日内交货。\n第三条 保修期自验收之日起计算。",
    "第一条 价格以附件为准。\n第二条 逾期付款按日万分之五计息。",
    "1. Prices as in the annex.\n2. Delivery within 15 working days.\n3. Governing language is Chinese.",
)
PREPAID = (0, 10, 30, 30, 50, 100, 20, 30)


def contract_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_HTZB, signed over the three years; the last one today."""
    time, count = world.time, world.plan.contracts
    days = time.last - time.window
    for number in range(count):
        yield _row(world, number, time.window + days * (number + 1) // count)


def _row(world: World, number: int, day: int) -> tuple[object, ...]:
    time, h = world.time, world.hash(CONTRACT, number)
    customer = world.pick_customer(day, (h & 0xFFFFFF) / 0x1000000)
    seat = world.seat(customer)
    kind = h >> 24 & 3
    start = day + (h >> 26 & 15)
    end = start + (180, 365, 365, 730)[h >> 30 & 3]
    code = f"HT{time.year[day]}{number + 1:08d}"
    signed = time.at(day, time.office_second(day, (h >> 48 & 63) / 64))
    return (
        code,
        f"{time.year[day]}{TITLES[kind][0]} / {TITLES[kind][1]}",
        world.customer_code(customer, number),
        "2133"[kind],
        _state(time.last, day, end, h),
        ((h >> 32 & 2047) + 5) * 1000,
        PREPAID[h >> 43 & 7],
        time.number[day],
        time.text[start],
        time.text[end],
        "Y" if not h >> 46 & 3 else "N",
        seat.employee,
        seat.unit,
        f"/hetong/{time.year[day]}/{code}.pdf",
        png(h >> 50 & 15) if number % 10 == 0 else None,
        TERMS[h % len(TERMS)],
        signed,
        signed if h >> 54 & 1 else time.at(start, 36_000),
        "1" if number % 173 == 172 else "0",
    )


def _state(today: int, day: int, end: int, h: int) -> str:
    """In approval for the first days, expired after its end, a few terminated."""
    if today - day < 4:
        return "1"
    if end < today:
        return "3"
    return "4" if not h >> 56 & 15 else "2"
