"""Names for people, in both languages, from comments, names and the glossary."""

from __future__ import annotations

import re

from models.wiring.glossary import to_chinese, to_english
from models.wiring.identifiers import words
from models.wiring.nouns import Label

CHINESE = re.compile(r"[\u3400-\u9fff]")
CUT = re.compile(r"[@:：;；,，。\n(（\[【{]|\s-+\s|\s\d+\s*[-=:：]|(?<=[\u3400-\u9fff])\s+(?=\d)|--")
TABLE_WORDS = re.compile(r"(?:(?:基本|基础)?(?:信息|数据|资料))?(?:主?表)?$")
LINES = re.compile(r"子表$|明细表$")
MAX_LENGTH = 40
KEEP_UPPER = {
    "id",
    "ip",
    "url",
    "qq",
    "sku",
    "vip",
    "sn",
    "no",
    "api",
    "sms",
    "uuid",
    "html",
    "pdf",
    "vat",
    "sla",
    "faq",
    "crm",
    "erp",
    "hr",
}


def column_label(name: str, comment: str) -> Label:
    """The label of a column; words behind a separator in the comment belong to its settings, not to its name."""
    head = heading(comment)
    if head and CHINESE.search(head):
        return Label(to_english(head) or english_name(name), head)
    if head:
        return Label(head, to_chinese(words(head)) or to_chinese(words(name)))
    return name_label(name)


def table_label(own_name: str, comment: str) -> Label:
    """The label of a table whose prefix is already taken off."""
    head = heading(comment) or (own_name.strip("_ ") if CHINESE.search(own_name) else "")
    if head and CHINESE.search(head):
        short = TABLE_WORDS.sub("", LINES.sub("明细", head)) if len(head) > 2 else head
        short = short if len(short) > 1 else head
        return Label(to_english(short) or english_name(own_name), short)
    if head:
        return Label(head, to_chinese(words(head)) or to_chinese(words(own_name)))
    return name_label(own_name)


def name_label(name: str) -> Label:
    """A label from the name alone."""
    if CHINESE.search(name):
        return Label(to_english(name), name.strip("_ "))
    return Label(english_name(name) or name, to_chinese(words(name)))


def heading(comment: str) -> str:
    """The comment up to its first separator: "状态" of "状态：1启用 0停用"; "" when it is no name."""
    head = CUT.split(comment.strip(), maxsplit=1)[0].strip(" .-_*、")
    return head if 0 < len(head) <= MAX_LENGTH and not head.isdigit() else ""


def english_name(name: str) -> str:
    """Readable words of an English identifier: "Order date"; "" when it does not look like English."""
    parts = words(name)
    if len(parts) > 1 and parts[-1] == "id":
        parts = parts[:-1]
    text = " ".join(part.upper() if part in KEEP_UPPER else part for part in parts)
    return text[:1].upper() + text[1:] if text.isascii() else ""
