"""Whether the organizer's keys can sign, and for how long yet: asked by the doctor, before a buyer finds out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import current_app

from ticketing.core.settings import Settings
from ticketing.wallet.faults import BadKeys

SOON = timedelta(days=30)


def faults(now: datetime) -> Iterator[str]:
    """A line for each wallet whose keys are set and of no use, or soon of none."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    if settings.apple_wallet_certificate:
        yield from _apple(settings, now)
    if settings.google_wallet_key:
        yield from _google(settings)


def _apple(settings: Settings, now: datetime) -> Iterator[str]:
    from ticketing.wallet import apple_signing  # noqa: PLC0415 (cryptography: where there are keys only)

    try:
        keys = apple_signing.read_keys(settings.apple_wallet_certificate, settings.apple_wallet_key)
    except BadKeys as error:
        yield str(error)
        return
    end = keys.certificate.not_valid_after_utc
    if end < now + SOON:
        yield f"the certificate for Apple Wallet ends on {end:%Y-%m-%d}: make a new one in time"


def _google(settings: Settings) -> Iterator[str]:
    from ticketing.wallet import google  # noqa: PLC0415 (as above)

    try:
        google.read_keys(settings.google_wallet_issuer, settings.google_wallet_key)
    except BadKeys as error:
        yield str(error)
