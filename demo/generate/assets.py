"""Assets that stand at customers: number k belongs to customer k times a fixed stride, so tickets can name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from demo.generate.names import COLOURS, PLACES, ip
from demo.generate.picture import png
from demo.organisation import region_units

if TYPE_CHECKING:
    from demo.generate.world import World

ASSET = 5
STATES = ("ZC",) * 12 + ("WX", "WX", "TJ", "BF")
MAINTENANCE = ("02:00:00.000000", "12:30:00.000000", "22:15:00.000000", None)
SERVICE_UNITS = {region: f"{code}03" for region, code in region_units().items()}


def asset_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_ZCDA."""
    for number in range(world.plan.assets):
        yield _row(world, number, number * world.asset_stride)


def _row(world: World, number: int, customer: int) -> tuple[object, ...]:
    time, h, more = world.time, world.hash(ASSET, number), world.hash(ASSET + 1, number)
    region = world.seat(customer).region
    start = max(time.window, world.customer_day(customer))
    day = start + (h >> 8 & 4095) % (time.last - start + 1)
    changed = day + (more >> 8 & 2047) % (time.last - day + 1)
    product = world.products[more % len(world.products)]
    return (
        world.asset_of(customer),
        _uuid(h, more),
        f"KH{customer + 1:08d}",
        product.code,
        f"SN{h >> 40:06X}{number:07d}",
        STATES[h >> 20 & 15],
        1 if h >> 24 & 3 else 0,
        time.number[day],
        time.text[day + (365, 730, 1095)[h % 3]],
        time.year[day] - (h >> 26 & 1),
        *_network(h, more),
        _place(more, region),
        MAINTENANCE[h >> 28 & 3],
        COLOURS[h >> 30 & 15],
        (h >> 34) % 5 + 1 if h >> 37 & 1 else None,
        _configuration(more),
        png(more >> 30 & 15) if number % 5 == 0 else None,
        f"/tuzhi/{product.category}/{product.code}-{number % 40 + 1:02d}.dwg" if more >> 34 & 1 else None,
        SERVICE_UNITS[region],
        time.at(changed, 32_400 + (more & 16_383)),
        "1" if number % 149 == 148 else "0",
    )


def _uuid(h: int, more: int) -> str:
    """A version 4 UUID from two hashes."""
    one, two = f"{h:016x}", f"{more:016x}"
    return f"{one[:8]}-{one[8:12]}-4{one[13:16]}-a{two[1:4]}-{two[4:16]}"


def _network(h: int, more: int) -> tuple[str | None, str | None]:
    """IP address and console of an asset; one in four stands in no network, one in sixteen has IPv6."""
    if not more & 3:
        return None, None
    address = f"2001:db8::{h & 0xFFFF:x}" if not more >> 2 & 15 else ip(h)
    return address, f"https://console.qingyu.example/d/{h & 0xFFFFFF:06x}"


def _place(more: int, region: str) -> str | None:
    """Well-known text, longitude first; one asset in eight has no position."""
    if not more >> 13 & 7:
        return None
    _, north, east, _ = PLACES[region]
    return f"POINT({east + (more >> 16 & 1023) / 1000:.4f} {north + (more >> 26 & 1023) / 1000:.4f})"


def _configuration(more: int) -> str | None:
    """A small JSON document; missing for one asset in eight."""
    if not more >> 40 & 7:
        return None
    firmware = f"{more >> 43 & 3}.{more >> 45 & 15}.{more >> 49 & 15}"
    ports = "[80, 443]" if more >> 53 & 1 else "[502]"
    return f'{{"firmware": "{firmware}", "ports": {ports}, "location": "{"屋顶" if more >> 54 & 1 else "车间"}"}}'
