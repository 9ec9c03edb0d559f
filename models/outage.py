"""Database errors that nobody caught on the way: the same sentences as everywhere, and 503 instead of 500."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, g
from sqlalchemy.exc import SQLAlchemyError

from app import web
from app.errors import Unavailable
from models.dberrors import problem_of

log = logging.getLogger("veneer.database")


def init_app(app: Flask) -> None:
    """Stand behind every page and every answer of the API."""
    app.register_error_handler(SQLAlchemyError, answer)


def answer(error: SQLAlchemyError) -> tuple[Any, int]:
    """What the database refused, in words; what we did not expect of it stays a mistake of ours."""
    problem = problem_of(error)
    if problem.status == 500:
        return web.answer_unexpected(error)
    if isinstance(problem, Unavailable):
        log.warning("request %s: %s", g.get("request_id", "-"), type(error).__name__)
    return web.answer_problem(problem)
