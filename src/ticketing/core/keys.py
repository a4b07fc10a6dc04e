"""The keys of this instance, each derived for one purpose from SECRET_KEY."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from ticketing.core.ids import derive_key


@dataclass(frozen=True)
class Keys:
    """`ticket_code` makes what the QR carries, `order_link` the secret in a buyer's link, `waiting_link` in that of one
    who waits, `ticket_link` in that of whoever a ticket was passed on to, `address_link` in those that confirm or stop
    a change of e-mail address; `proof` signs the work that browsers are asked to do; `staff_link` makes the secret in
    the links that staff get by letter, `second_factor` what an app with codes shares with us, `hook` what a program's
    hook shares with us."""

    ticket_code: bytes
    order_link: bytes
    waiting_link: bytes
    ticket_link: bytes
    address_link: bytes
    proof: bytes
    staff_link: bytes
    second_factor: bytes
    hook: bytes


def derive_keys(secret_key: str) -> Keys:
    """All keys of an instance."""
    purposes = ("ticket-code", "order-link", "waiting-link", "ticket-link", "address-link", "proof")
    of_staff = ("staff-link", "second-factor", "hook")
    return Keys(*(derive_key(secret_key, purpose) for purpose in (*purposes, *of_staff)))


def keys() -> Keys:
    """The keys of the running instance."""
    held: Keys = current_app.extensions["ticketing.keys"]
    return held
