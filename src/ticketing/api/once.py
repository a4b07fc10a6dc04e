"""Acts that count once for each `Idempotency-Key` of a token: a lost answer is given again, as long as it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from flask import request
from msgspec import convert
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.api import asked
from ticketing.api.calls import Asker
from ticketing.api.models import ApiAnswer
from ticketing.core.db import changed, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token

KEPT_FOR = timedelta(days=30)
A = TypeVar("A", bound=msgspec.Struct)


def once(asker: Asker, kind: type[A], act: Callable[[Session, str], A]) -> A:
    """Do it and keep the answer, in one transaction; or give the answer that was kept.

    Raises Refused("idempotency_key_reused", 422) for the key of another call.
    """
    key = asked.idempotency_key()
    try:
        return _try(asker, key, kind, act)
    except IntegrityError:
        return _try(asker, key, kind, act)  # the very same call came twice at once: the other one is kept now


def tidy(now: datetime) -> int:
    """Delete the answers that are older than a month; says how many."""
    over = ApiAnswer.at < now - KEPT_FOR
    with reading() as session:
        if session.scalar(select(ApiAnswer.key).where(over).limit(1)) is None:
            return 0
    with writing() as session:
        return changed(session, delete(ApiAnswer).where(over))


def _try(asker: Asker, key: str, kind: type[A], act: Callable[[Session, str], A]) -> A:
    fingerprint = hash_token(f"{request.method} {request.path} {request.get_data().hex()}")
    with writing() as session:
        kept = session.get(ApiAnswer, (asker.bearer.token_id, key))
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise Refused("idempotency_key_reused", 422)
            return convert(kept.answer, kind)
        made = act(session, key)
        row = ApiAnswer(token_id=asker.bearer.token_id, key=key, fingerprint=fingerprint, at=asker.now)
        row.answer = msgspec.to_builtins(made)
        session.add(row)
        session.flush()
        return made
