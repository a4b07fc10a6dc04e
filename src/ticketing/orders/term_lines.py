"""The terms of an event in sentences: until when canceling costs how much, until when names change, when sales end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog, TierInfo


def moment(value: object) -> datetime:
    """A time out of the event file's sections, which keep it as ISO 8601 text with an offset."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        raise ValueError("times of an event carry an offset")
    return at


def cancellation(catalog: Catalog, now: datetime) -> tuple[str, ...]:
    """What canceling costs from now on, one sentence per step, the last one for afterwards."""
    ahead = _ahead(catalog, now)
    if not ahead:
        return (_("Canceling is not possible any more; there is no refund."),)
    sentences = [_cancel_until(_until(catalog, until), fee) for until, fee in ahead]
    return (*sentences, _("After that, and for tickets that were used to enter, there is no refund."))


def given_back(catalog: Catalog, now: datetime) -> tuple[str, ...]:
    """The same for tickets that nobody paid, whose holders have no money to think of; nothing where it is over."""
    ahead = _ahead(catalog, now)
    if not ahead:
        return ()
    until = _until(catalog, ahead[-1][0])
    return (
        _(
            "You cannot come? With the link you can give tickets back until %(until)s, so that others can come.",
            until=until,
        ),
    )


def _ahead(catalog: Catalog, now: datetime) -> list[tuple[datetime, int]]:
    """Until when canceling costs how many percent, the soonest moment first, without those that have passed."""
    steps = [(moment(step["until"]), int(step["fee_percent"])) for step in catalog.policy.get("refunds", ())]
    return sorted(step for step in steps if step[0] > now)


def _cancel_until(until: str, fee: int) -> str:
    if fee == 0:
        return _("Canceling is free until %(until)s.", until=until)
    return _("Until %(until)s canceling costs %(fee)s%% of the price.", until=until, fee=fee)


def last_moment(catalog: Catalog, at: datetime) -> str:
    """26 October 2025 23:59, for a page that is read long before or after: with the year."""
    return f"{i18n.date(at, catalog.zone)} {i18n.clock_time(at, catalog.zone)}"


def _until(catalog: Catalog, at: datetime) -> str:
    return f"{i18n.day(at, catalog.zone)} {i18n.clock_time(at, catalog.zone)}"


def sold_until(catalog: Catalog, tiers: Iterable[TierInfo]) -> str:
    """Until when all of these tiers can be ordered, as written in a sentence; nothing for no tiers."""
    ends = [tier.sale_ends_at for tier in tiers]
    return _until(catalog, min(ends)) if ends else ""


def change_until(catalog: Catalog, now: datetime) -> str:
    """The last moment to change a name, as written in a sentence; nothing when there is none or it is over."""
    value = catalog.policy.get("change_until")
    if not value or moment(value) <= now:
        return ""
    return _until(catalog, moment(value))
