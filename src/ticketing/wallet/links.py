"""Which wallets the organizer's keys are there for. Asked on every order page, so it loads no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from ticketing.core.settings import Settings

APPLE, GOOGLE = "apple", "google"
NAMES = {APPLE: "Apple Wallet", GOOGLE: "Google Wallet"}
PATHS = {APPLE: "apple-wallet.pkpass", GOOGLE: "google-wallet"}


@dataclass(frozen=True)
class WalletLink:
    """One ticket for one wallet: which wallet, which ticket, under which address."""

    name: str
    number: int
    url: str


def links(order_path: str, number: int) -> tuple[WalletLink, ...]:
    """The wallets for this ticket of an order; none while no keys are set."""
    return tuple(WalletLink(NAMES[kind], number, f"{order_path}/t/{number}/{PATHS[kind]}") for kind in available())


def by_name(there: Sequence[WalletLink]) -> tuple[tuple[str, tuple[WalletLink, ...]], ...]:
    """Each wallet by its name with what it takes."""
    names = dict.fromkeys(link.name for link in there)
    return tuple((name, tuple(link for link in there if link.name == name)) for name in names)


def available() -> tuple[str, ...]:
    """Which wallets can be had at all."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    there = {APPLE: settings.apple_wallet_certificate, GOOGLE: settings.google_wallet_key}
    return tuple(kind for kind, key in there.items() if key)
