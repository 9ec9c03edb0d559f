"""N-grams of a text: two characters in a row where one of them is Chinese, Japanese or Korean, else three.

Which ones a text has is decided by its own characters in a window, so a text that contains another has all of its n-grams.
Characters are folded as the column compares; n-grams are kept as numbers. Two that share a number only cost a look:
the database's own comparison decides in the end.
"""

from __future__ import annotations

from zlib import crc32

from models.condition.collation import collation_named, fold
from models.wiring.nouns import Field

LONGEST = 4000
"""Characters of a text that are looked at. What is longer counts as containing everything."""
CUT = 0
"""Stands for the n-grams of a text that is longer."""
_WIDE = (
    (0x1100, 0x11FF),
    (0x2E80, 0xA4CF),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFFFD, 0xFFFD),
    (0x20000, 0x3FFFF),
)


def grams(field: Field, text: str) -> frozenset[int]:
    """The numbers of a text's n-grams; empty when it is too short to have one."""
    folded = fold(text[:LONGEST], collation_named(field.settings.get("collation")).fold)
    wide = [_is_wide(one) for one in folded]
    pairs = (folded[at : at + 2] for at in range(len(folded) - 1) if wide[at] or wide[at + 1])
    triples = (folded[at : at + 3] for at in range(len(folded) - 2) if not any(wide[at : at + 3]))
    found = {_number(part) for part in (*pairs, *triples)}
    return frozenset(found | {CUT} if len(text) > LONGEST else found)


def _is_wide(folded: str) -> bool:
    """Whether a folded character is one that says as much as a word does."""
    code = ord(folded[-1]) if folded else 0
    return any(low <= code <= high for low, high in _WIDE)


def _number(parts: list[str]) -> int:
    """Between 1 and 2^32 - 1: 0 is taken."""
    return crc32("\x00".join(parts).encode("utf-8", "surrogatepass")) or 1
