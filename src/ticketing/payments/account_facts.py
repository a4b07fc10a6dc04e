"""What the house needs of its account at Stripe, what Stripe tells of it, and what a fault is: plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.settings import Settings


@dataclass(frozen=True)
class Endpoint:
    """An address that Stripe posts events to. `api_version` is None where it follows the account's default."""

    id: str
    url: str
    enabled: bool
    events: frozenset[str]
    api_version: str | None


@dataclass(frozen=True)
class Method:
    """A way to pay: whether it is switched on, and whether Checkout may offer it (its review is over as well)."""

    on: bool
    available: bool


@dataclass(frozen=True)
class Undelivered:
    """Events that Stripe could not hand to every endpoint: how many, and the oldest of them."""

    count: int
    oldest: str
    since: datetime


@dataclass(frozen=True)
class Lack:
    """A permission that the key lacks: the row and level in Stripe's form, and Stripe's own name where it gave one."""

    permission: str
    name: str


@dataclass(frozen=True)
class Account:
    """An account as Stripe shows it to our key; None where the key may not look, and then `lacks` says why.

    `clock` is Stripe's time at its last answer, `api_version` the version that it answers in.
    """

    clock: datetime | None
    api_version: str | None
    endpoints: tuple[Endpoint, ...] | None
    methods: Mapping[str, Method] | None
    undelivered: Undelivered | None
    lacks: tuple[Lack, ...]


DASHBOARD = "dashboard.stripe.com"


@dataclass(frozen=True)
class Fault:
    """Something at Stripe, or in our settings for it, that is not as it should be; `detail` ends with what to do."""

    code: str
    detail: str


@dataclass(frozen=True)
class Needs:
    """What the house needs of its account: its own settings, and whether any event takes convenience stores."""

    settings: Settings
    konbini: bool

    @property
    def live(self) -> bool:
        """Whether the key moves real money."""
        return "_live_" in self.settings.stripe_secret_key[:8]

    def page(self, path: str) -> str:
        """A page of Stripe's Dashboard, in the mode of our key."""
        return f"{DASHBOARD}/{'' if self.live else 'test/'}{path}"
