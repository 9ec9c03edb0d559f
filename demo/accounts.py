"""The people who can log in to the demo, one for each role and a colleague to compare with."""

from __future__ import annotations

from dataclasses import dataclass

DEMO_PASSWORD = "demo"  # noqa: S105 - printed for everyone at the start, and refused outside the demo


@dataclass(frozen=True)
class Account:
    """A login with the employee behind it; `unit` is the employee's organisation unit (T_ZZJG.BMBH).

    `position` is a code of type ZW and `superior` an employee code, None at the top.
    """

    username: str
    role: str
    employee: str
    unit: str
    name_zh: str
    name_en: str
    position: str
    superior: str | None
    password: str = DEMO_PASSWORD


EXECUTIVE = "YG0001"
MANAGER_EAST = "YG0011"
MANAGER_WEST = "YG0018"
ENGINEER = "YG0105"

ACCOUNTS: list[Account] = [
    Account("admin", "administrator", "YG0003", "1092", "安知远", "An Zhiyuan", "04", EXECUTIVE),
    Account("it", "it", "YG0002", "1092", "伊承辉", "Yi Chenghui", "09", "YG0003"),
    Account("executive", "executive", EXECUTIVE, "10", "易思衡", "Yi Siheng", "01", None),
    Account("manager_east", "manager", MANAGER_EAST, "100101", "东方岚", "Dongfang Lan", "03", "YG0004"),
    Account("manager_west", "manager", MANAGER_WEST, "100302", "西门屿", "Ximen Yu", "03", "YG0006"),
    Account("sales_east", "sales", "YG0101", "10010101", "东小舟", "Dong Xiaozhou", "05", MANAGER_EAST),
    Account("sales_east2", "sales", "YG0102", "10010101", "东若溪", "Dong Ruoxi", "05", MANAGER_EAST),
    Account("sales_west", "sales", "YG0103", "10030201", "西望川", "Xi Wangchuan", "05", MANAGER_WEST),
    Account("clerk", "clerk", "YG0104", "10010101", "文书雅", "Wen Shuya", "07", MANAGER_EAST),
    Account("engineer", "engineer", ENGINEER, "10010103", "工程宇", "Gong Chengyu", "06", MANAGER_EAST),
]
