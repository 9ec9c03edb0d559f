"""What single columns are for: title, code, state, owner, unit, region, last change, delete flag, secrets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.comments import TEXTS
from models.wiring.delete_flags import is_delete_flag
from models.wiring.glossary import singulars
from models.wiring.identifiers import words
from models.wiring.labels import CHINESE, heading
from models.wiring.pinyin import read_pinyin

TITLE_WORDS = (
    "name",
    "title",
    "subject",
    "fullname",
    "full_name",
    "display_name",
    "label",
    "company",
    "caption",
)
TITLE_ZH = re.compile(r"(?:名称|姓名|名字|标题|主题|全称|简称|名)$")
NOT_A_TITLE = re.compile(
    r"(?i)user_?name|login|file|path|url|class|method|table|column|password|nick|en_?name|spell|py$|zjm|img|image|pic"
)
NOT_A_TITLE_ZH = re.compile(
    r"签名|域名|报名|文件|附件|图片|登[录陆]|英文|拼音|曾用|路径|类名|表名|字段|昵称|助记|收[货件]人"
)
CODE_WORDS = {"code", "no", "number", "sn", "serial", "num", "barcode"}
CODE_ZH = re.compile(r"(?:编号|编码|代码|单号|订单号|工号|合同号|序列号|货号|料号|卡号|号码)$")
NOT_A_CODE = re.compile(
    r"(?i)zip|post(?:al)?|fax|bank|account|card|tax|area|region|version|house|room|street|qq"
)
PHONE = re.compile(r"(?i)phone|mobile|tel(?:$|_)|cell|手机|电话|联系方式|shouji|dianhua")
UPDATED = re.compile(
    r"(?i)^(?:last_?)?(?:update[ds]?|updt|modif(?:y|ied)|change[ds]?|edit(?:ed)?|gmt_?modified|upd)_?(?:at|on|time|date|timestamp|dt)?$|^last_?(?:update|modified|change)"
)
UPDATED_ZH = re.compile(r"^(?:最后|最近)?(?:更新|修改|变更)(?:时间|日期)")
CREATED = re.compile(
    r"(?i)^(?:create[ds]?|creation|add(?:ed)?|insert(?:ed)?|gmt_?create[d]?|reg(?:istered)?|entry)_?(?:at|on|time|date|timestamp|dt)?$|^create_?(?:time|date)"
)
CREATED_ZH = re.compile(r"^(?:创建|建立|录入|添加|新增|插入)(?:时间|日期)")
SECRET = re.compile(
    r"(?i)pass(?:word|wd)?$|passwd|^pwd|_pwd$|password|secret|salt$|token$|api_?key|private_?key|mm$|^mima"
)
SECRET_ZH = re.compile(r"密码|口令|密钥|秘钥|私钥|令牌")
SYSTEM = re.compile(
    r"(?i)^(?:tenant_?id|version|revision|lock_?version|creator|updater|create[d]?_?by|update[d]?_?by|sort|sort_?order|row_?version|org_?path)$"
)
LONG = {
    "text",
    "mediumtext",
    "longtext",
    "json",
    "blob",
    "tinyblob",
    "mediumblob",
    "longblob",
    "binary",
    "varbinary",
    "point",
    "geometry",
}
MOMENTS = {"datetime", "timestamp", "date"}


def words_of(column: ColumnFacts) -> str:
    """The Chinese that describes a column: its comment, else its pinyin read aloud."""
    if column.comment:
        return heading(column.comment)
    return column.name if CHINESE.search(column.name) else read_pinyin(column.name)


def is_text(column: ColumnFacts) -> bool:
    """A short text that a person can read."""
    return column.base_type in TEXTS - {"text"} or (column.base_type == "enum") or not column.base_type


LAST_RESORT = {
    "lastname": 2.6,
    "firstname": 2.5,
    "nickname": 2.4,
    "nick": 2.4,
    "username": 2.2,
    "loginname": 2.1,
    "login": 2.1,
}
"""What people are called by where no real name is kept."""
SHORT = 200
"""Characters of a description that still names something."""
GOOD_TITLE = 2.0
OF_WORK = {"company", "job", "title", "position", "post"}
PEOPLE, AT_WORK = {"employee", "contact"}, 1.0
"""People are not called by the company that they work for, nor by what they do there."""
NUMBERED = {"order", "payment"}
"""Records that people call by their number, not by somebody's name in them."""


def title_of(
    table: TableFacts, subject: tuple[str, ...], values: dict[str, list[Any]], role: str = "other"
) -> str:
    """The column whose value names a record; "" = none is better than the code or the key."""
    texts = [c for c in table.columns if is_text(c) and not is_secret(c) and (c.length or 99) > 1]
    ranks = {c.name: _title_rank(c, subject, values) for c in texts}
    if role in PEOPLE:
        ranks |= {name: AT_WORK for name in ranks if OF_WORK & set(words(name))}
    best = max(ranks, key=lambda name: ranks[name], default="")
    return best if best and ranks[best] >= (5.0 if role in NUMBERED else GOOD_TITLE) else ""


def _title_rank(column: ColumnFacts, subject: tuple[str, ...], values: dict[str, list[Any]]) -> float:
    parts, chinese = words(column.name), words_of(column)
    rank = _english_rank(parts, subject)
    if TITLE_ZH.search(chinese):
        rank = max(rank, 3.0 if chinese.endswith("简称") else 5.0 if len(chinese) > 2 else 6.0)
    if NOT_A_TITLE_ZH.search(chinese) or (NOT_A_TITLE.search(column.name) and "姓名" not in chinese):
        rank -= 3.5
    rank = max(rank, _last_resort(column, parts))
    known = values.get(column.name)
    if (
        known is not None
        and rank > 0
        and len(known) <= 1 < max((len(v) for v in values.values()), default=0) / 10
    ):
        rank -= 2
    return rank + (0.3 if not column.nullable else 0)


def _last_resort(column: ColumnFacts, parts: list[str]) -> float:
    """What stands for a name where there is none: "customers_lastname", a short "description", a "reference"."""
    own = LAST_RESORT.get("".join(parts)) or (LAST_RESORT.get(parts[-1]) if len(parts) == 2 else None)
    if own is not None:
        return own
    if parts[-1:] and parts[-1] in {"description", "descr", "desc"} and len(parts) <= 2:
        return 2.3 if (column.length or SHORT + 1) <= SHORT else 0.0
    return 2.1 if parts in (["reference"], ["ref"]) else 0.0


def _english_rank(parts: list[str], subject: tuple[str, ...]) -> float:
    """A plain "name" is best, then "customer_name" of customers, then anything that ends so, then the last name."""
    name = "_".join(parts)
    if name in TITLE_WORDS:
        return 8 - 0.3 * TITLE_WORDS.index(name)
    if parts[-1:] and parts[-1] in {"name", "title", "subject", "label"}:
        head = tuple(parts[:-1])
        if head == subject or (head and head[-1:] == subject[-1:]):
            return 7.0
        return {"last": 3.0, "first": 2.8, "real": 6.0, "company": 5.5}.get(head[0] if head else "", 3.6)
    return 3.8 if parts and tuple(parts) == subject[-len(parts) :] else 0.0


def code_of(table: TableFacts, title: str, leading: Collection[str] = ()) -> str:
    """A business code beside the title: a unique one first, never one that leads elsewhere; "" = none."""
    unique = {key[0] for key in table.unique_keys if len(key) == 1}
    found = [
        c for c in table.columns if c.name not in {title, *leading} and not c.auto_increment and _is_code(c)
    ]
    found.sort(key=lambda c: (c.name not in unique, not table.is_indexed(c.name)))
    certain = [c for c in found if c.name in unique or table.is_indexed(c.name) or _is_own_code(c, table)]
    return certain[0].name if certain else ""


def speaking(key: Sequence[str]) -> str:
    """Of a key's columns the one that people would say: a number or a code rather than a type; "" = no key."""
    said = (name for name in key if words(name)[-1:] and words(name)[-1] in CODE_WORDS)
    return next(said, key[0] if key else "")


def _is_own_code(column: ColumnFacts, table: TableFacts) -> bool:
    """For example "order_sn" of orders, or a plain "code"."""
    parts = words(column.name)
    own = {form for word in words(table.name) for form in singulars(word)}
    return len(parts) == 1 or parts[0] in own


def _is_code(column: ColumnFacts) -> bool:
    if NOT_A_CODE.search(column.name) or "邮" in column.comment:
        return False
    if not is_text(column) or PHONE.search(f"{column.name} {column.comment}") or (column.length or 99) < 4:
        return False
    return bool(
        (words(column.name)[-1:] and words(column.name)[-1] in CODE_WORDS) or CODE_ZH.search(words_of(column))
    )


def is_phone(column: ColumnFacts) -> bool:
    """A column with a telephone number."""
    return (
        is_text(column)
        and PHONE.search(f"{column.name} {column.comment} {read_pinyin(column.name)}") is not None
    )


def is_secret(column: ColumnFacts) -> bool:
    """A password, a key or a token: never shown."""
    is_long = is_text(column) and (column.length or 99) >= 16
    return is_long and bool(SECRET.search(column.name) or SECRET_ZH.search(column.comment))


def updated_of(columns: Iterable[ColumnFacts]) -> str:
    """The column with the time of the last change."""
    return next((c.name for c in columns if c.base_type in MOMENTS and is_updated(c)), "")


def is_updated(column: ColumnFacts) -> bool:
    return bool(UPDATED.search(column.name) or UPDATED_ZH.search(words_of(column)))


def is_created(column: ColumnFacts) -> bool:
    return bool(CREATED.search(column.name) or CREATED_ZH.search(words_of(column)))


def is_system(column: ColumnFacts) -> bool:
    """Book-keeping that a page shows last."""
    if is_created(column) or is_updated(column) or is_delete_flag(column):
        return True
    return bool(SYSTEM.search(column.name)) or bool(
        re.match(r"租户|创建人|创建者|更新人|更新者|修改人|排序", words_of(column))
    )
