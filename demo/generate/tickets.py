"""Service tickets: three years of closed ones, a few that were forgotten, and those that are open right now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from demo.accounts import ENGINEER
from demo.generate.assets import SERVICE_UNITS
from demo.generate.live import LiveTicket, live_tickets
from demo.generate.names import ip
from demo.generate.timeline import EVENING, MORNING

if TYPE_CHECKING:
    from demo.generate.world import World

TICKET, LIVE = 7, 8
PRIORITIES = "1222333333334444"
KINDS = "1111111222333334"
REPLY_MINUTES = {"1": 50, "2": 110, "3": 260, "4": 500}
CLOSE_HOURS = {"1": 5, "2": 11, "3": 34, "4": 60}
FORGOTTEN_ONE_IN = 400
LEAST_TODAY = 4
TITLES = {
    "1": (
        ("设备无法开机", "Device does not start"),
        ("显示屏黑屏", "Screen stays black"),
        ("通讯中断", "Connection lost"),
        ("读数漂移", "Readings drift"),
    ),
    "2": (
        ("新设备安装", "Install new device"),
        ("现场调试", "Commissioning on site"),
        ("固件升级", "Firmware upgrade"),
        ("移机", "Move a device"),
    ),
    "3": (
        ("操作咨询", "Question about operation"),
        ("发票问题", "Question about an invoice"),
        ("备件询价", "Price of spare parts"),
        ("保修查询", "Is it under warranty"),
    ),
    "4": (
        ("交货延迟投诉", "Complaint about late delivery"),
        ("服务态度投诉", "Complaint about service"),
        ("质量投诉", "Complaint about quality"),
        ("重复故障投诉", "Complaint about a fault that returns"),
    ),
}
TEXTS = (
    "客户来电反映问题, 请尽快联系。\n已核对设备编号。",
    "客户在微信群里反映, 附照片两张。",
    "Customer wrote by e-mail:\nplease call back before noon.",
    "夜班发现, 重启后恢复, 需要现场检查。",
)


class Ticket(NamedTuple):
    """The core of a ticket; moments are texts as they are stored, None where it has not happened yet."""

    number: int
    customer: int
    bits: int
    kind: str
    priority: str
    state: str
    assignee: str | None
    created: str
    replied: str | None
    closed: str | None


def ticket_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_GDZB: history first, then the open ones of the last hours."""
    for ticket in chain(_history(world), live_cores(world, world.plan.tickets)):
        yield row(world, ticket)


def _history(world: World) -> Iterator[Ticket]:
    number, time = 0, world.time
    for day, count in time.spread(world.plan.tickets, LEAST_TODAY):
        for place in range(count):
            second = time.office_second(day, place / count)
            yield _past(world, number, day, second)
            number += 1


def _past(world: World, number: int, day: int, second: int) -> Ticket:
    """A ticket whose reply and end follow from its priority; what lies after now has not happened yet."""
    time, h = world.time, world.hash(TICKET, number)
    customer = world.pick_customer(day, (h & 0xFFFFFF) / 0x1000000)
    priority, start = PRIORITIES[h >> 24 & 15], day * 86_400 + second
    waits = _wait(REPLY_MINUTES[priority] * 60, h >> 28 & 1023)
    works = _wait(CLOSE_HOURS[priority] * 3600, h >> 38 & 1023)
    replied = _moment(world, start + waits)
    is_forgotten = number % FORGOTTEN_ONE_IN == FORGOTTEN_ONE_IN - 1
    closed = None if is_forgotten else _moment(world, start + waits + works)
    state = _state(h, replied, closed)
    region = world.seat(customer).region
    assignee = None if state == "0" and h >> 56 & 1 else world.engineer(region, h >> 16).code
    core = (KINDS[h >> 48 & 15], priority, state, assignee)
    return Ticket(number, customer, h, *core, time.at(day, second), replied, closed)


def _wait(seconds: int, bits: int) -> int:
    """Mostly well below the usual time, with a long tail of up to three times as much."""
    share = bits / 1023
    return int(seconds * (0.15 + share * share * share * 2.85)) + bits % 60


def _moment(world: World, instant: int) -> str | None:
    """The text of an instant (seconds since the first day), moved into office hours; None when it is still to come."""
    day, second = divmod(instant, 86_400)
    second = max(MORNING, min(EVENING, second))
    time = world.time
    return None if (day, second) > (time.last, time.second) else time.at(day, second)


def _state(h: int, replied: str | None, closed: str | None) -> str:
    if closed:
        return "9" if not h >> 52 & 31 else "5"
    if replied:
        return "2234"[h >> 52 & 3]
    return "01"[h >> 52 & 1]


def live_cores(world: World, first: int) -> Iterator[Ticket]:
    """The open tickets of the last hours, numbered from `first`; every third one is the demo engineer's."""
    for place, live in enumerate(live_tickets(world.plan.now)):
        yield _live(world, first + place, place, live)


def _live(world: World, number: int, place: int, live: LiveTicket) -> Ticket:
    time, h = world.time, world.hash(LIVE, number)
    customer = world.pick_customer(time.last, (h & 0xFFFFFF) / 0x1000000)
    is_demo = place % 3 == 0
    customer = _in_east(world, customer) if is_demo else customer
    reply = time.moment_text(live.created + timedelta(minutes=9)) if live.is_replied else None
    state = "2" if reply else "1" if place % 2 else "0"
    engineer = ENGINEER if is_demo else world.engineer(world.seat(customer).region, h >> 16).code
    assignee = None if state == "0" and not is_demo else engineer
    core = (KINDS[h >> 48 & 15], live.priority, state, assignee)
    return Ticket(number, customer, h, *core, time.moment_text(live.created), reply, None)


def _in_east(world: World, customer: int) -> int:
    """The next customer of the East region; the same one where no other is found in 100 steps."""
    count = world.plan.customers
    steps = ((customer + step) % count for step in range(100))
    return next((one for one in steps if world.seat(one).region == "HD"), customer)


def row(world: World, ticket: Ticket) -> tuple[object, ...]:
    """A ticket's row as T_GDZB takes it."""
    h, seat = ticket.bits, world.seat(ticket.customer)
    title, title_en = TITLES[ticket.kind][h >> 57 & 3]
    is_asked = ticket.state == "5" and h >> 59 & 1
    return (
        ticket.number + 1,
        f"GD{ticket.number + 1:08d}",
        f"{title}({ticket.number + 1})",
        title_en,
        world.customer_code(ticket.customer, ticket.number),
        ticket.customer + 1,
        world.asset_of(ticket.customer),
        ticket.kind,
        ticket.priority,
        ticket.state,
        ticket.assignee,
        SERVICE_UNITS[seat.region],
        seat.region,
        ticket.created,
        ticket.replied,
        ticket.closed,
        TEXTS[h >> 60 & 3],
        5 - (h >> 41 & 3) if is_asked else None,
        ip(h >> 5) if h >> 62 & 1 else None,
        f'{{"channel": "{"wechat" if h & 1 else "phone"}", "photos": {h >> 1 & 3}}}' if h >> 63 else None,
        "1" if not h >> 44 & 15 else "0",
        ticket.closed or ticket.replied or ticket.created,
        "1" if ticket.number % 307 == 306 else "0",
    )
