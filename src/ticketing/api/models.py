"""Answers to calls that change something, kept so that the same call sent again is answered and not done again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class ApiAnswer(Base):
    """What a token was answered under an idempotency key. `fingerprint` is the hash of the call: path and body."""

    __tablename__ = "api_answer"

    token_id: Mapped[str] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]
