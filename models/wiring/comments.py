"""What a column's comment says beside its name: codes with their meanings ("状态：1启用 0停用")."""

from __future__ import annotations

import re
from typing import Any

from models.legacy.facts import ColumnFacts
from models.wiring.glossary import to_english

PAIR = re.compile(
    r"""(?<![A-Za-z0-9_.-])(?P<code>-?\d{1,4}|[A-Za-z]{1,4}(?![A-Za-z_])|'[^']{1,12}'|"[^"]{1,12}")
        \s*(?P<mark>[=-]+>|={1,2}|[:：—－.、→)）】\]-]|\s)?\s*(?:(?:则?是|则|为|代表|表示)(?=\S))?\s*
        (?P<label>[^\s,，;；、/|。()（）:：=\d][^,，;；、/|。()（）\]】:：=\n]*?)
        \s*(?=$|[,，;；、/|。()（）\]】\n]|\s+-?\d{1,4}|\s+[A-Za-z]{1,4}(?:\s*[=:：\u3400-\u9fff-])|(?<=[\u3400-\u9fff])-?\d{1,4}|(?<=[\u3400-\u9fff])[A-Z](?![A-Za-z]))""",
    re.VERBOSE,
)
PLAIN_LIST = re.compile(r"[（(]([^（）()]+[/、|][^（）()]+)[）)]")
ASIDES = (
    re.compile(r"(?:(?<=[）)])|[,，;；。 ])\s*(?:缺省|默认)(?:值|为|是|：|:)*\s*-?\w{1,12}$"),
    re.compile(r"(?<=[-－:：=])\s*[（(][^（）()]*[）)](?=[\u3400-\u9fff])"),
    re.compile(
        r"(?<=[\u3400-\u9fff])[（(](?!\d|[A-Za-z]\s*[\u3400-\u9fff=:：-])[^（）()=:：]*[）)](?=\s*(?:[,，;；、）)]|\s\d|$))"
    ),
)
MAX_LABEL = 20
MAX_CODES = 40
INTEGERS = {"tinyint", "smallint", "mediumint", "int", "integer", "bigint"}
TEXTS = {"char", "varchar", "nchar", "nvarchar", "character", "text", "tinytext", ""}
YES = {"是", "有", "真", "yes", "true", "y", "t", "已删除", "删除", "启用", "开启", "有效", "on"}
NO = {
    "否",
    "无",
    "假",
    "no",
    "false",
    "n",
    "f",
    "未删除",
    "存在",
    "正常",
    "停用",
    "禁用",
    "关闭",
    "无效",
    "off",
    "不是",
    "没有",
}

Option = dict[str, Any]
"""{"value": stored value as text, "label": {"en": …, "zh": …}}"""


def options(column: ColumnFacts) -> list[Option]:
    """Codes that the comment explains, in its order; [] when it explains none that fit the column."""
    pairs = _pairs(column.comment)
    if len(pairs) < 2 and column.base_type in TEXTS:
        return _plain_options(column)
    if not 2 <= len(pairs) <= MAX_CODES or not all(_fits(column, code) for code in pairs):
        return []
    return [option(code, label) for code, label in pairs.items()]


def option(code: str, label: str, english: str = "") -> Option:
    """One code with its meaning in the languages that are known."""
    is_chinese = re.search(r"[\u3400-\u9fff]", label) is not None
    texts = {"en": english or (to_english(label) if is_chinese else label), "zh": label if is_chinese else ""}
    return {"value": code, "label": {language: text for language, text in texts.items() if text}}


def _pairs(comment: str) -> dict[str, str]:
    """Code → meaning. A code that comes twice means that these are no codes."""
    found: dict[str, str] = {}
    for match in PAIR.finditer(_bare(comment)):
        code, label = match["code"].strip("'\""), match["label"].strip(" -.")
        if not label or len(label) > MAX_LABEL or _is_chance(match["mark"], label):
            continue
        if found.get(code, label) != label:
            return {}
        found[code] = label
    return found


def _bare(comment: str) -> str:
    """Without what is said beside a meaning: "1内部页面(小程序), 2…", "3-(首页)热销", "…默认1", and doubled brackets."""
    text = re.sub(r"[（(]{2,}([^（）()]*)[）)]{2,}", r"(\1)", comment)
    for aside in ASIDES:
        text = aside.sub("", text)
    return text


def _is_chance(mark: str | None, label: str) -> bool:
    """Short Latin words behind a number and a blank are mostly units and grammar: "10 cm", "2 or more"."""
    return label.isascii() and not (mark or "").strip() and len(label) < 3 and label.lower() not in YES | NO


def _plain_options(column: ColumnFacts) -> list[Option]:
    """For example "类型(支出/收入/转账)": the meanings are the stored values themselves."""
    match = PLAIN_LIST.search(column.comment)
    values = [part.strip() for part in re.split(r"[/、|]", match[1])] if match else []
    if not 2 <= len(values) <= MAX_CODES or len(set(values)) < len(values):
        return []
    if any(not 0 < len(value) <= min(MAX_LABEL, column.length or MAX_LABEL) for value in values):
        return []
    return [option(value, value) for value in values]


def _fits(column: ColumnFacts, code: str) -> bool:
    if column.base_type in INTEGERS:
        return re.fullmatch(r"-?\d+", code) is not None
    if column.base_type == "bit":
        return code in {"0", "1"}
    return column.base_type in TEXTS and len(code) <= (column.length or MAX_LABEL)


def flag_values(found: list[Option]) -> tuple[str, str] | None:
    """(true, false) when two codes mean yes and no; None otherwise."""
    if len(found) != 2:
        return None
    by_answer = {_answer(entry): str(entry["value"]) for entry in found}
    return (by_answer["yes"], by_answer["no"]) if {"yes", "no"} == by_answer.keys() else None


def _answer(entry: Option) -> str:
    texts = {str(text).lower() for text in entry["label"].values()}
    if texts & YES:
        return "yes"
    return "no" if texts & NO else ""
