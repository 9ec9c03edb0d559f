"""The one family of errors: what happened and what to do, the same sentence for page and API."""

from __future__ import annotations

from collections.abc import Mapping


class Problem(Exception):
    """An answer that the user can act on; `str(problem)` is a full sentence, safe to show."""

    status = 500
    code = "problem"

    def __init__(self, sentence: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(str(sentence))
        self.fields = dict(fields or {})
        """Sentences by field name, for forms and for problem+json."""


class Invalid(Problem):
    """What was sent cannot be used."""

    status = 400
    code = "invalid"


class StillUsed(Invalid):
    """Other records point to it."""


class SignInFirst(Problem):
    """Nobody has signed in, or the token is not valid."""

    status = 401
    code = "sign-in"


class NotAllowed(Problem):
    """The person is known and may not do this."""

    status = 403
    code = "not-allowed"


class NotVisible(Problem):
    """It does not exist, or not for this person: both have the same words."""

    status = 404
    code = "not-visible"


class Stale(Problem):
    """Somebody else changed the row since it was read."""

    status = 409
    code = "stale"


class TooMany(Problem):
    """Too many tries: whoever goes on must wait."""

    status = 429
    code = "too-many"


class Unavailable(Problem):
    """The database or a limit does not allow it now; trying later is right."""

    status = 503
    code = "unavailable"


class Unreachable(Unavailable):
    """The database cannot be asked at all, so the answer must do without it."""


class Busy(Unavailable):
    """The database is asked enough large questions at this moment; `retry_seconds` says when to come again."""

    code = "busy"

    def __init__(self, sentence: str, *, retry_seconds: int) -> None:
        super().__init__(sentence)
        self.retry_seconds = retry_seconds


class TableChanged(Unavailable):
    """The legacy table is not what its wiring says: what is left of it is served once that was noticed."""

    code = "table-changed"


class UnderWay(Stale):
    """The same request is being worked on at this moment."""

    code = "under-way"


class KeyReused(Invalid):
    """An idempotency key came again with other content."""

    status = 422
    code = "key-reused"
