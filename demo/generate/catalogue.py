"""The products: their rows, and the prices that order lines use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from demo.generate.names import COLOURS, mix

if TYPE_CHECKING:
    from demo.generate.world import World

WORDS = {
    "01": (
        ("压力表", "Pressure gauge"),
        ("流量计", "Flow meter"),
        ("万用表", "Multimeter"),
        ("天平", "Scale"),
    ),
    "02": (("控制器", "Controller"), ("变频器", "Inverter"), ("触摸屏", "Touch panel"), ("继电器", "Relay")),
    "03": (
        ("温度传感器", "Temperature sensor"),
        ("光电开关", "Photo switch"),
        ("编码器", "Encoder"),
        ("探头", "Probe"),
    ),
    "04": (
        ("开关电源", "Power supply"),
        ("蓄电池", "Battery"),
        ("稳压器", "Stabiliser"),
        ("充电机", "Charger"),
    ),
    "05": (("交换机", "Switch"), ("路由器", "Router"), ("网关", "Gateway"), ("光纤模块", "Fibre module")),
    "06": (("滤芯", "Filter"), ("密封圈", "Seal ring"), ("电缆", "Cable"), ("轴承", "Bearing")),
    "07": (("纸箱", "Carton"), ("缠绕膜", "Stretch film"), ("托盘", "Pallet"), ("标签纸", "Label roll")),
    "08": (
        ("年度保养", "Annual service"),
        ("现场调试", "Commissioning"),
        ("培训", "Training"),
        ("校准", "Calibration"),
    ),
}
SERIES = ("云雀", "白鲸", "北斗", "青松", "银河", "飞鸿", "磐石", "晨星")
SERIES_EN = ("Skylark", "Beluga", "Dipper", "Pine", "Galaxy", "Swan", "Rock", "Daystar")
UNITS = ("TA", "JI", "XI", "QK")
TAXES = (13.0, 13.0, 9.0, 6.0)


class Product(NamedTuple):
    """What order lines need of a product; the price is in hundredths."""

    code: str
    category: str
    cents: int


def products(count: int, salt: int) -> list[Product]:
    """The price list, dearer for instruments than for spare parts."""
    found = []
    for number in range(count):
        h = mix(salt + 9_000_000 + number)
        category = f"0{number % 8 + 1}"
        scale = (90_000, 150_000, 40_000, 60_000, 120_000, 3_000, 1_500, 80_000)[number % 8]
        found.append(Product(f"CP{category}{number + 1:06d}", category, scale // 4 + h % scale))
    return found


def product_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_CPZL."""
    for number, product in enumerate(world.products):
        yield _row(world, number, product)


def _row(world: World, number: int, product: Product) -> tuple[object, ...]:
    h = mix(world.salt + 9_500_000 + number)
    time, day = world.time, h % world.time.last
    word, word_en = WORDS[product.category][number // 8 % 4]
    series = h >> 12 & 7
    model = f"{'ABCDEFGH'[series]}{number % 90 + 10}-{(h >> 16) % 900 + 100}"
    price = product.cents / 100
    names = (f"{SERIES[series]}{word}{model}", f"{SERIES_EN[series]} {word_en} {model}", model)
    kind = (product.category, UNITS[h >> 20 & 3], price, round(price * (0.5 + (h >> 22 & 31) / 100), 4))
    stock = (TAXES[h >> 28 & 3], _barcode(number), _weight(h), h >> 30 & 1023)
    looks = (COLOURS[h >> 40 & 15], time.year[day], _specification(h))
    paths = (f"/tupian/cp/{product.code}.jpg", f"https://docs.qingyu.example/manual/{product.code}.pdf")
    on_sale = "N" if number % 19 == 5 else "Y"
    return (
        product.code,
        *names,
        *kind,
        *stock,
        *looks,
        *paths,
        on_sale,
        time.at(day, 36_000),
        _deleted(number),
    )


def _weight(h: int) -> float | None:
    """Kilograms; missing for one product in sixteen."""
    return None if not h >> 44 & 15 else (h >> 48 & 4095) / 64


def _specification(h: int) -> str:
    volts, months = (24, 110, 220, 380)[h >> 52 & 3], (12, 24, 36, 60)[h >> 54 & 3]
    return f'{{"voltage": {volts}, "warranty_months": {months}, "outdoor": {"true" if h >> 56 & 1 else "false"}}}'


def _barcode(number: int) -> str:
    """An EAN-13 with a right check digit, from the range 200-299 kept for use inside a company."""
    body = f"200{number + 1:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _deleted(number: int) -> str:
    return "1" if number % 97 == 96 else "0"
