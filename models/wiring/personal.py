"""Numbers of people and accounts, which are masked unless a role may see them: identity cards, passports, bank accounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from models.legacy.facts import ColumnFacts
from models.wiring.columns import words_of
from models.wiring.comments import INTEGERS, TEXTS

NAMES = re.compile(
    r"(?i)(?:^|_)(?:id_?card|identity_?card|identity_?(?:no|number|code)|id_?(?:number|no)|cert(?:ificate)?_?(?:no|number|code)|"
    r"card_?id|ssn|social_?security(?:_?(?:no|num|number))?|passport(?:_?(?:no|number))?|national_?id|driver_?licen[sc]e(?:_?(?:no|number))?|"
    r"bank_?(?:account|card|acct)(?:_?(?:no|num|number|code))?|account_?(?:no|number)|iban|credit_?card(?:_?(?:no|number))?|card_?number|"
    r"sfzh?m?|sfz_?(?:no|hm)|zjhm|zjh|yhzh|yhkh|yhzhh|khzh|hzh)$"
)
GLUED = re.compile(
    r"(?i)^(?:idcard|idcardno|idnumber|certno|bankaccount|bankcard|bankno|bankaccountno|cardnumber|passportno)$"
)
CHINESE = re.compile(
    r"身份证(?:号码?|编号)?|证件号码?|护照号?码?|社保号|社会保障号|驾驶证号|银行(?:账|帐|卡)(?:户|号)|银行卡号|(?:账|帐)户号码?|(?:账|帐|卡)号码$|(?:收|付)款(?:账|帐)号|开户(?:账|帐)号"
)
NOT_CHINESE = re.compile(
    r"类型|类别|图片|照片|正面|反面|背面|路径|地址|有效期|开户行|状态|名称|登录|用户账号|系统账号|是否|姓名"
)
NOT_NAMES = re.compile(r"(?i)type|img|image|pic|photo|path|url|name|bank_?name|status|front|back")
IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]")
IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SHARE = 0.8
SHORTEST = 8
"""Characters of the shortest number worth a mask."""


def is_sensitive(column: ColumnFacts, values: Sequence[Any]) -> bool:
    """By name, comment or values; a few letters or a small number are none."""
    is_number = column.base_type in INTEGERS
    if column.base_type not in TEXTS and column.base_type != "bigint":
        return False
    if (column.length or 99) < SHORTEST or (is_number and column.base_type != "bigint"):
        return False
    return _is_called(column) or (not is_number and _hold_numbers(values))


def _is_called(column: ColumnFacts) -> bool:
    chinese = words_of(column)
    if CHINESE.search(chinese) and not NOT_CHINESE.search(chinese):
        return not NOT_NAMES.search(column.name)
    spoken = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", column.name)
    named = NAMES.search(spoken) or GLUED.match(column.name)
    return bool(named) and not NOT_NAMES.search(column.name) and not NOT_CHINESE.search(chinese)


def _hold_numbers(values: Sequence[Any]) -> bool:
    """Most values are identity numbers by their check digit, or bank accounts by their form."""
    texts = [str(value).strip() for value in values]
    hits = sum(_is_identity(text) or _is_iban(text) for text in texts)
    return len(texts) > 1 and hits >= SHARE * len(texts)


def _is_iban(text: str) -> bool:
    """An account's number with its check digits: ISO 13616, the remainder of a division by 97."""
    if not IBAN.fullmatch(text):
        return False
    bare = text.replace(" ", "")
    figures = "".join(str(int(one, 36)) for one in bare[4:] + bare[:4])
    return int(figures) % 97 == 1


def _is_identity(text: str) -> bool:
    """A resident identity number: GB 11643 with its check digit."""
    if not IDENTITY.fullmatch(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text, strict=False))
    return "10X98765432"[total % 11] == text[-1].upper()
