"""Chinese as pinyin. The dictionary behind it takes 55 MB, so that it is loaded when the first Chinese word comes."""

from __future__ import annotations


def syllables(text: str) -> list[str]:
    """The syllables of a text; what is not Chinese stays as it is."""
    if text.isascii():
        return [text] if text else []
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(text, errors="default"))
