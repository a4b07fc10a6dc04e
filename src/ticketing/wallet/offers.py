"""Which wallets the organizer's keys are there for. Asked on every order page, so it loads no library."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from ticketing.core.settings import Settings

APPLE, GOOGLE = "apple", "google"
NAMES = {APPLE: "Apple Wallet", GOOGLE: "Google Wallet"}
PATHS = {APPLE: "apple-wallet.pkpass", GOOGLE: "google-wallet"}


@dataclass(frozen=True)
class Offer:
    """A wallet that takes a ticket, and under which address."""

    name: str
    url: str


def offers(ticket_url: str) -> tuple[Offer, ...]:
    """The wallets for the ticket at this address; none while no keys are set."""
    return tuple(Offer(NAMES[kind], f"{ticket_url}/{PATHS[kind]}") for kind in offered())


def offered() -> tuple[str, ...]:
    """Which wallets can be had at all."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    there = {APPLE: settings.apple_wallet_certificate, GOOGLE: settings.google_wallet_key}
    return tuple(kind for kind, key in there.items() if key)
