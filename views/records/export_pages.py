"""The answer that carries an export, and the pages that say how far it is and end it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import format_datetime, format_decimal
from flask_babel import gettext as _

from app.extensions import services
from models import access, exports
from models.exports import Run
from models.records import read
from models.wiring.nouns import Entity
from views.records import export, watermark, workbook
from views.records.export_limits import Asked
from views.records.lines import as_csv
from views.records.workbook import Paper

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STOP_POLLING = 286
"""htmx asks no more after this status."""


@dataclass(frozen=True)
class Progress:
    """An export as a bar and a sentence. `percent` is None while nobody knows how many rows will come."""

    sentence: str
    is_running: bool = True
    percent: int | None = None
    tone: str = "info"
    began: str = ""
    kind: str = ""
    url: str = ""
    cancel_url: str = ""


def answer(entity: Entity, query: read.Query, kind: str, asked: Asked) -> Response:
    """The file, sent while it is read; closing the answer ends the export. Raises as `export.begin` does."""
    kind = "xlsx" if kind == "xlsx" else "csv"
    made = export.begin(entity, query, kind, asked)
    mark = watermark.made(made.run_id)
    access.hang_up()

    def closing() -> str:
        return f"{watermark.sentence(mark)} {of_file(made)}"

    chunks: Iterator[Any] = (
        workbook.stream(made.lines(), Paper(watermark.sentence(mark), mark.who, mark.stamp, closing))
        if kind == "xlsx"
        else as_csv(made.lines(), closing)
    )
    headers = {"Content-Disposition": f"attachment; filename={entity.name}.{kind}", "X-Accel-Buffering": "no"}
    headers[watermark.HEADER] = mark.header
    mimetype = XLSX if kind == "xlsx" else "text/csv"
    response = Response(stream_with_context(chunks), mimetype=mimetype, headers=headers)
    response.call_on_close(made.close)
    return response


def of_file(made: export.Export) -> str:
    """How much the file holds, in words; whoever reads it later must not take a part for the whole."""
    rows = format_decimal(made.rows)
    if made.is_cut:
        return str(_("The first %(rows)s rows; there are more.", rows=rows))
    return str(_("%(rows)s rows, complete.", rows=rows))


def context(entity: Entity) -> dict[str, Any]:
    """The person's own exports of an entity."""
    runs = exports.latest(access.overlay(), access.actor(), entity.name)
    return {"entity": entity, "runs": [of_run(run) for run in runs]}


def progress(entity: Entity, run_id: str) -> Any:
    """How far one is; the same waiting words for one that is about to begin and for one of somebody else."""
    run = exports.own(access.overlay(), access.actor(), run_id)
    if run is None or run.entity != entity.name:
        shown = Progress(_("The export is about to begin."))
    else:
        shown = of_run(run)
    status = 200 if shown.is_running or not request.headers.get("HX-Request") else STOP_POLLING
    template = "records/_export.html" if request.headers.get("HX-Request") else "records/export.html"
    return render_template(template, entity=entity, progress=shown), status


def cancel(entity: Entity, run_id: str) -> Any:
    """End the person's own export; one that has come to its end stays as it is."""
    exports.cancel(services().engine, access.actor(), run_id)
    if request.headers.get("HX-Request"):
        return progress(entity, run_id)
    return redirect(url_for("RecordView.exports", entity=entity.name))


def of_run(run: Run) -> Progress:
    """An export as people read it."""
    percent = None
    if run.expected and run.is_running:
        percent = min(99, 100 * run.rows // run.expected)
    sentence = _running(run) if run.is_running else _over(run)
    if run.in_key_order:
        sentence += " " + _("The rows are in the order of the key, because no index serves the list's order.")
    tone = {"done": "success", "cut": "warning", "failed": "danger"}.get(run.state, "info")
    return Progress(
        sentence,
        run.is_running,
        percent,
        tone,
        format_datetime(run.started_at, "medium"),
        run.kind.upper(),
        url_for("RecordView.export_progress", entity=run.entity, run=run.id),
        url_for("RecordView.export_cancel", entity=run.entity, run=run.id) if run.is_running else "",
    )


def _running(run: Run) -> str:
    rows = format_decimal(run.rows)
    if run.expected is None:
        return str(_("%(rows)s rows so far.", rows=rows))
    total = format_decimal(run.expected)
    if run.is_exact:
        return str(_("%(rows)s of %(total)s rows.", rows=rows, total=total))
    return str(_("%(rows)s of about %(total)s rows.", rows=rows, total=total))


def _over(run: Run) -> str:
    rows = format_decimal(run.rows)
    if run.state == "done":
        return str(_("Done: %(rows)s rows.", rows=rows))
    if run.state == "cut":
        return str(_("The first %(rows)s rows, which is the most an export holds. Narrow the list down to get the others.", rows=rows))  # fmt: skip
    if run.state == "cancelled":
        return str(_("Cancelled after %(rows)s rows: the file is not complete.", rows=rows))
    return str(_("It ended early, after %(rows)s rows: the file is not complete. Export again, or narrow the list down.", rows=rows))  # fmt: skip
