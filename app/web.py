"""The edge: allowed hosts, CSRF on every unsafe cookie request, security headers, and errors in words."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from blinker import Namespace
from flask import Flask, Response, abort, current_app, g, jsonify, render_template, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wsgi import LimitedStream, get_content_length

from app.actor import current_actor
from app.errors import Busy, Problem, Unreachable
from app.extensions import services
from app.short_cache import CACHE_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("veneer")
refused = Namespace().signal("refused")
"""Sent with `code` when somebody asked for what is not allowed or not there."""
csrf = CSRFProtect()
REFUSALS = {401, 403, 404}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
DEED_KEY = "did"
ACCOUNT_KEY = "_user_id"
"""Where flask-login keeps who has signed in."""
TOKEN_LOGINS = {"/api/v1/security/login", "/api/v1/security/refresh"}
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Cookies(SecureCookieSessionInterface):
    """Session cookies that follow COOKIE_SECURE: over HTTPS only, or as the request came."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """With "auto" a page served over HTTPS sets a cookie that never leaves it."""
        wanted = services().config.cookie_secure
        return request.is_secure if wanted == "auto" else wanted == "yes"


class OwnContext:
    """Gives each request a context of its own.

    Flask goes on with the one that it finds on the thread. A streamed answer that nobody read to its end has left its
    own there, and with it the person who asked for it.
    """

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self.app, self.inner = app, inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = whole_body(environ)
        with self.app.app_context():
            return self.inner(environ, start_response)


def whole_body(environ: WSGIEnvironment) -> Any:
    """A body that ends before its length is half a request: reading it raises ClientDisconnected, and nothing of it is saved."""
    stream, length = environ["wsgi.input"], get_content_length(environ)
    return stream if length is None else LimitedStream(stream, length)


def init_app(app: Flask) -> None:
    """Hook the edge into every request."""
    app.session_interface = Cookies()
    app.wsgi_app = OwnContext(app, app.wsgi_app)  # type: ignore[method-assign]
    csrf.init_app(app)
    app.before_request(check_host)
    app.before_request(name_request)
    app.before_request(read_head_as_get)
    app.before_request(check_csrf)
    app.before_request(note_deed)
    app.after_request(add_headers)
    app.after_request(note_refusals)
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)


def check_host() -> None:
    """Refuse a Host header that is not ours: links and redirects would follow it. Probes ask by bare address."""
    if request.path.startswith("/health/"):
        return
    allowed = services().config.allowed_hosts
    if "*" not in allowed and request.host.rsplit(":", 1)[0] not in allowed and request.host not in allowed:
        abort(400, _("This address is not served here. Ask your IT people to add it to ALLOWED_HOSTS."))


def name_request() -> None:
    """Give the request an id for logs and the audit."""
    g.request_id = secrets.token_hex(8)


def read_head_as_get() -> None:
    """A HEAD is a GET whose answer has no body: a view that asks "is it a GET?" must not take it for a POST."""
    if request.method == "HEAD":
        request.method = "GET"


def check_csrf() -> None:
    """Cookies travel by themselves, bearer tokens do not: only requests that bring no token need the CSRF one.

    A token counts where it says who asks, and that is in the API alone: pages go by the cookie whatever else is sent.
    """
    if request.method in SAFE_METHODS:
        _refuse_deleting_get()
    elif not (_goes_by_token() or _is_nobody() or request.path in TOKEN_LOGINS):
        csrf.protect()


def note_deed() -> None:
    """Whoever has just done something sees it on the next page, whichever worker answers: see `has_just_acted`."""
    if request.method not in SAFE_METHODS and session:
        session[DEED_KEY] = int(time.time())


def has_just_acted() -> bool:
    """Has this browser sent something within the time that short caches hold? Then nothing kept may answer it."""
    deed = session.get(DEED_KEY, 0)
    return isinstance(deed, int) and abs(time.time() - deed) < 2 + CACHE_SECONDS


def _goes_by_token() -> bool:
    bears_token = request.headers.get("Authorization", "").lower().startswith("bearer ")
    return bears_token and request.path.startswith("/api/")


def _is_nobody() -> bool:
    """Nobody has signed in with this cookie, so nobody's rights can be borrowed: a program is told to sign in."""
    return request.path.startswith("/api/") and ACCOUNT_KEY not in session


def _refuse_deleting_get() -> None:
    """Flask-AppBuilder deletes and runs actions by GET; a link must never change anything."""
    last = (request.endpoint or "").rsplit(".", 1)[-1]
    if last in {"delete", "action"} and request.method == "GET" and not request.path.startswith("/data/"):
        abort(405)


def add_headers(response: Response) -> Response:
    """Headers that keep the page to itself."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if "retry_seconds" in g and response.status_code == 503:
        response.headers["Retry-After"] = str(g.retry_seconds)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def note_refusals(response: Response) -> Response:
    """Whatever way a refusal is answered, by a form that is shown again too, it is written down."""
    if response.status_code in REFUSALS and "refused" not in g:
        note_refusal("http")
    return response


def note_refusal(code: str) -> None:
    """Who was refused what: in the log by ids alone, and where listeners keep it."""
    who, g.refused = current_actor(), True
    log.warning(
        "request %s refused: %s for account %s at %s",
        g.get("request_id", "-"), code, who.user_id if who else "-", request.endpoint,
    )  # fmt: skip
    refused.send(current_app._get_current_object(), code=code)  # type: ignore[attr-defined]  # noqa: SLF001


def answer_problem(problem: Problem) -> tuple[Any, int]:
    """A Problem as a page, a partial or problem+json."""
    if problem.status in REFUSALS:
        note_refusal(problem.code)
    if problem.status == 500:
        log.error("request %s failed", g.get("request_id", "-"), exc_info=problem)
    if isinstance(problem, Unreachable):
        stand_alone()
    g.says_no_more = True
    if isinstance(problem, Busy):
        g.retry_seconds = problem.retry_seconds
    return answer(problem.status, str(problem), problem.code, problem.fields)


def answer_csrf(_error: CSRFError) -> tuple[Any, int]:
    """The token is missing or too old."""
    return answer(400, _("This page was open for too long. Reload it, then send it again."), "csrf")


def answer_http(error: HTTPException) -> tuple[Any, int] | Any:
    """404, 405, 413 and their kin, in words."""
    if error.code is None or error.code < 400:
        return error
    g.says_no_more = True
    said = answer(error.code, http_sentence(error), "http")
    if not isinstance(error, MethodNotAllowed):
        return said
    response = current_app.make_response(said)
    response.allow.update(error.valid_methods or ())
    return response


def answer_unexpected(error: Exception) -> tuple[Any, int]:
    """A mistake of ours: logged with its trace, answered without it."""
    log.error("request %s failed", g.get("request_id", "-"), exc_info=error)
    g.says_no_more = True
    sentence = _(
        "Something went wrong on our side. Try again; if it stays, tell your IT people the number %(id)s.",
        id=g.get("request_id", "-"),
    )
    return answer(500, sentence, "unexpected")


def http_sentence(error: HTTPException) -> str:
    """What an HTTP error means to a person."""
    sentences = {
        401: _("Sign in first."),
        403: _("You may not do this. Ask an administrator if you need it."),
        404: _("There is nothing here. Check the address or go back."),
        405: not_this_way(),
        413: _("This is too large to send. Make it smaller, then try again."),
        429: _("Too many attempts. Wait a minute, then try again."),
    }
    own = error.description if error.code == 400 and error.description else ""
    return (
        sentences.get(error.code or 0)
        or str(own)
        or _("This request cannot be understood. Go back and try again.")
    )


def not_this_way() -> str:
    """405 for people and for programs."""
    if request.path.startswith("/api/"):
        return str(_("This address does not take this method. Look it up in the API's documentation."))
    return str(_("This cannot be done by opening a link. Go back and use the button."))


def answer(status: int, sentence: str, code: str, fields: dict[str, str] | None = None) -> tuple[Any, int]:
    """problem+json for programs, a page for people."""
    sentence = sendable(sentence)
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        body = {"type": f"veneer:{code}", "title": sentence, "status": status, "detail": sentence}
        named = {sendable(name): sendable(words) for name, words in (fields or {}).items()}
        response = jsonify({**body, "fields": named} if named else body)
        response.mimetype = "application/problem+json"
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response, status
    return problem_page(status, sentence), status


def sendable(text: str) -> str:
    """Without halves of characters, which cannot be sent: what was asked may have held one."""
    return str(text).encode("utf-8", "replace").decode()


def problem_page(status: int, sentence: str) -> str:
    """The page, without menu and person where they cannot be read; what a form sent is kept on it to be sent again."""
    kept = kept_form() if status == 503 else []
    try:
        return render_template("errors/problem.html", status=status, sentence=sentence, kept=kept)
    except (SQLAlchemyError, Problem):
        stand_alone()
        return render_template("errors/problem.html", status=status, sentence=sentence, kept=kept)


def kept_form() -> list[tuple[str, str]]:
    """Names and texts of a form that can be sent twice without harm: one that brings an idempotency key."""
    return list(request.form.items(multi=True)) if request.form.get("idempotency_key") else []


def stand_alone() -> None:
    """Answer as to a visitor: who asks, and what they may open, would be a question to the database."""
    g.user = g._login_user = AnonymousUserMixin()  # noqa: SLF001 where flask-login keeps it
    g.pop("shell", None)
