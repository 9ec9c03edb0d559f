"""/health/live and /health/ready: for load balancers and supervisors. They ask for nobody and tell nothing else."""

from __future__ import annotations

from flask import Flask, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import services


def init_app(app: Flask) -> None:
    """Add both addresses."""
    app.add_url_rule("/health/live", "health_live", live)
    app.add_url_rule("/health/ready", "health_ready", ready)


def live() -> Response:
    """200 as long as this process answers at all."""
    return jsonify({"status": "live"})


def ready() -> tuple[Response, int]:
    """200 when a page could be served now: a connection is free and the database answers on it; else 503."""
    try:
        with services().engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify({"status": "unavailable"}), 503
    return jsonify({"status": "ready"}), 200
