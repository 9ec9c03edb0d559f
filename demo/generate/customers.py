"""Customers and their contacts: both follow from the customer's number alone, so they can be made in any order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from demo.generate.names import PLACES, POSITIONS, address, company, mobile, person

if TYPE_CHECKING:
    from demo.generate.world import Seat, World

CONTACT = 1
GRADES = "ABBCCCCCCCDDDDDD"
KINDS = "1111111122222344"
STATES = "3333333331122445"
REMARKS = (
    "要求月底前开票。",
    "Wants the invoice before the end of the month.",
    "付款周期六十天\n对账找财务。",
    "旧系统转入, 资料待核对。",
    "Call before delivery.",
    "仓库在后门, 周日不收货。",
    "价格敏感, 需经理审批折扣。",
    "老客户, 逢年过节问候。",
)
WAYS = ("DH,WX", "DH", "WX,YJ", "DH,WX,YJ,DX", "YJ", None, "", "WX")


def customer_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_KHZL in the order of their registration."""
    for number in range(world.plan.customers):
        yield _customer(world, number)


def _customer(world: World, number: int) -> tuple[object, ...]:
    h, extra, time = world.customer_hash(number), world.hash(2, number), world.time
    seat = world.seats[h >> 52]
    day = world.customer_day(number)
    second = time.office_second(day, (extra & 1023) / 1024)
    names = company(h, seat.region)
    is_key = number % 64 == 0
    registered = (time.number[day],) if extra >> 50 & 63 else (0,)
    return (
        number + 1,
        f"KH{number + 1:08d}",
        names[0],
        names[1] if extra >> 10 & 7 else None,
        *_kind(h, extra, is_key, names[2]),
        *_owner(seat, extra),
        *_reach(number, h, extra, seat.region, names[3]),
        *_terms(extra, is_key),
        *_position(h, extra, seat.region),
        *registered,
        *_follow_up(world, day, extra),
        *_paper(world, day, second, extra, seat),
    )


def _kind(h: int, extra: int, is_key: bool, industry: str) -> tuple[object, ...]:
    """Type, grade, industry and status."""
    grade = "A" if is_key else GRADES[h >> 21 & 15]
    state = "9" if not extra >> 13 & 511 else STATES[extra >> 22 & 15]
    return KINDS[h >> 25 & 15], grade, industry, state


def _owner(seat: Seat, extra: int) -> tuple[object, ...]:
    """Owner, unit and region; a customer in the public pool has no owner, but still a unit."""
    owner = None if _is_pooled(extra) else seat.employee
    return owner, seat.unit, seat.region


def _is_pooled(extra: int) -> bool:
    return extra >> 26 & 31 == 3


def _reach(number: int, h: int, extra: int, region: str, brand: str) -> tuple[object, ...]:
    """Main contact, phones, mail, web site, address, postcode and tax number, with the gaps that old data has."""
    area = PLACES[region][3]
    return (
        person(h >> 24)[0],
        mobile("154", number) if extra >> 31 & 63 else "",
        f"{area}-0{extra % 9_999_999:07d}" if extra >> 37 & 1 else None,
        f"info@{brand}{number + 1}.example" if extra >> 38 & 3 else None,
        f"https://www.{brand}{number + 1}.example" if extra >> 40 & 1 else "",
        address(h, region),
        f"{(h >> 30) % 900_000 + 100_000}",
        f"91000000{extra % 9_000_000_000 + 1_000_000_000}",
    )


def _terms(extra: int, is_key: bool) -> tuple[object, ...]:
    """Credit limit and discount."""
    limit = (extra >> 41 & 31) * 10_000 * (10 if is_key else 1)
    return limit, None if extra >> 46 & 1 else (extra >> 3 & 31) * 0.5


def _position(h: int, extra: int, region: str) -> tuple[object, ...]:
    """Longitude, latitude and rating; one customer in eight was never placed on the map."""
    stars = (extra >> 47 & 7) or None
    stars = stars if stars is None or stars <= 5 else 4
    if not h >> 27 & 7:
        return None, None, stars
    _, north, east, _ = PLACES[region]
    return round(east + (h >> 30 & 2047) / 1000 - 1, 6), round(north + (h >> 41 & 2047) / 1000 - 1, 6), stars


def _follow_up(world: World, day: int, extra: int) -> tuple[object, ...]:
    """The last follow-up in epoch seconds, NULL where there was none."""
    time = world.time
    if not extra >> 53 & 3:
        return (None,)
    back = (extra >> 55 & 511) % (time.last - day + 1)
    second = min(time.second, 36_000) if not back else 36_000
    return (time.epoch + (time.last - back) * 86_400 + second,)


def _paper(world: World, day: int, second: int, extra: int, seat: Seat) -> tuple[object, ...]:
    """Flags, remark and who wrote the row when."""
    time = world.time
    changed = day + (extra >> 20 & 4095) % (time.last - day + 1)
    remark = REMARKS[extra >> 12 & 7] if not extra >> 15 & 7 else None
    return (
        "1" if not extra >> 33 & 31 else "0",
        "Y" if _is_pooled(extra) else "N",
        remark,
        seat.employee,
        time.at(day, second),
        time.at(changed, max(second, extra % 64_800)),
        "1" if not extra >> 4 & 127 else "0",
    )


def contact_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_KHLXR: first the main contact of each customer, then further ones."""
    customers = world.plan.customers
    for number in range(world.plan.contacts):
        if number < customers:
            yield _contact(world, number, number, world.customer_hash(number) >> 24)
        else:
            h = world.hash(CONTACT, number)
            yield _contact(world, number, h % customers, h >> 24)


def _contact(world: World, number: int, customer: int, name_bits: int) -> tuple[object, ...]:
    h, time, main = world.hash(CONTACT, number), world.time, number == customer
    zh, en = person(name_bits)
    day = world.customer_day(customer)
    phone = mobile("154", customer) if main else mobile("169", number)
    born = time.number[time.window - 1] // 10_000 - 50 + (h >> 4 & 31)
    birthday = f"{born}-{(h >> 9) % 12 + 1:02d}-{(h >> 13) % 28 + 1:02d}" if h >> 18 & 3 else None
    changed = day + (h >> 20 & 4095) % (time.last - day + 1)
    return (
        number + 1,
        world.customer_code(customer, number),
        zh,
        en if h >> 32 & 1 else None,
        "12"[h >> 33 & 1],
        POSITIONS[h >> 34 & 7],
        phone,
        f"wx_{en.replace(' ', '').lower()}{number + 1}" if h >> 37 & 1 else "",
        f"{en.replace(' ', '.').lower()}{number + 1}@mail.example" if h >> 38 & 3 else None,
        WAYS[h >> 40 & 7],
        "1" if main else "0",
        birthday,
        None if h >> 43 & 7 else "Prefers calls in the morning" if h >> 46 & 1 else "上午不接电话",
        time.at(day, 39_600),
        time.at(changed, 30_600 + (h >> 47 & 16_383)),
        "0" if h >> 61 else "1",
    )
