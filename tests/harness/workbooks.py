"""Small XLSX workbooks for tests, as spreadsheets write them: shared texts, and rows with gaps."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these rows; numbers are numbers, None is a gap."""
    texts: list[str] = []
    parts = {"[Content_Types].xml": TYPES}
    names, links = "", ""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        names += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        links += f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.xml"/>'
        body = "".join(_row(place, row, texts) for place, row in enumerate(rows, start=1))
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet><sheetData>{body}</sheetData></worksheet>"
    parts["xl/workbook.xml"] = f'<workbook xmlns:r="r"><sheets>{names}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = f"<Relationships>{links}</Relationships>"
    held = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f"<sst>{held}</sst>"
    return packed(parts)


def packed(parts: Mapping[str, str]) -> bytes:
    """A zip of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return made.getvalue()


def _row(place: int, row: Sequence[object], texts: list[str]) -> str:
    cells = ""
    for number, value in enumerate(row):
        where = f"{chr(65 + number)}{place}"
        if isinstance(value, str):
            texts.append(value)
            cells += f'<c r="{where}" t="s"><v>{len(texts) - 1}</v></c>'
        elif value is not None:
            cells += f'<c r="{where}"><v>{value}</v></c>'
    return f'<row r="{place}">{cells}</row>'
