"""The view models of webhooks: all of an event with a form for another, and one with what it was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ticketing.api import deliveries, hooks
from ticketing.api.hooks import Wish
from ticketing.api.models import Delivery, Hook
from ticketing.api.notices import CHOOSABLE, ORDER_CANCELED, ORDER_PAID, TEST, TICKET_SCANNED
from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading


@dataclass(frozen=True)
class TypeRow:
    """Something that a webhook may be told."""

    code: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class HookRow:
    """One webhook; `kind` and `state` are its badge."""

    id: str
    name: str
    address: str
    types: str
    made: str
    is_on: bool
    kind: str
    state: str
    why: str


@dataclass(frozen=True)
class Typed:
    """What the form holds."""

    name: str = ""
    address: str = ""
    types: Collection[str] = (ORDER_PAID, ORDER_CANCELED, TICKET_SCANNED)

    @property
    def wish(self) -> Wish:
        """What is asked for by it."""
        return Wish(self.name, self.address, tuple(self.types))


@dataclass(frozen=True)
class HookForm:
    """The fields of a webhook: what is typed, and what is wrong with it."""

    typed: Typed
    types: tuple[TypeRow, ...]
    error: str


@dataclass(frozen=True)
class HooksPage:
    """All that `office/hooks.html` shows."""

    event: Heading
    form: HookForm
    hooks: tuple[HookRow, ...]


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery; `kind` and `state` are its badge, `when` is what is known of its time."""

    id: str
    type: str
    text: str
    kind: str
    state: str
    when: str
    answer: str
    may_replay: bool


@dataclass(frozen=True)
class HookPage:
    """All that `office/hook.html` shows. `secret` is there once, right after it was made."""

    event: Heading
    hook: HookRow
    secret: str
    done: str
    deliveries: tuple[DeliveryRow, ...]
    failed: int
    days: int
    form: HookForm


def hooks_page(catalog: Catalog, rows: Sequence[Hook], typed: Typed, error: str = "") -> HooksPage:
    """The webhooks of an event."""
    return HooksPage(heading(catalog), _form(typed, error), tuple(_hook(catalog, row) for row in rows))


def hook_page(catalog: Catalog, hook: Hook, rows: Sequence[Delivery], secret: str = "", done: str = "") -> HookPage:
    """One webhook, with what it was told last, and a form that holds what is so."""
    return HookPage(
        event=heading(catalog),
        hook=_hook(catalog, hook),
        secret=secret,
        done=done,
        deliveries=tuple(_delivery(catalog, hook, row) for row in rows),
        failed=sum(row.state == deliveries.FAILED for row in rows),
        days=deliveries.KEPT_FOR.days,
        form=_form(Typed(hook.name, hook.address, hook.types), ""),
    )


def with_typed(page: HookPage, typed: Typed, error: str) -> HookPage:
    """The same page where the form holds what was typed, and says what is wrong with it."""
    return replace(page, form=_form(typed, error))


def _form(typed: Typed, error: str) -> HookForm:
    return HookForm(typed, tuple(TypeRow(code, type_texts()[code], code in typed.types) for code in CHOOSABLE), error)


def type_texts() -> dict[str, str]:
    """What each kind of fact is, in words."""
    return {
        "order.paid": _("An order was paid"),
        "order.canceled": _("An unpaid order was canceled"),
        "order.expired": _("An order was not paid in time"),
        "order.refunded": _("The last ticket of an order was given back"),
        "refund.succeeded": _("Money went back"),
        "refund.failed": _("Money could not go back"),
        "ticket.scanned": _("A ticket was scanned at the door"),
        TEST: _("A test"),
    }


def _hook(catalog: Catalog, row: Hook) -> HookRow:
    is_on = row.state == hooks.ON
    kind, state, why = "good", _("on"), ""
    if is_on and row.failing_since:
        kind, state = "warn", _("failing since %(time)s", time=_at(catalog, row.failing_since))
        why = _("Deliveries are tried again. After three days without any success the webhook is switched off.")
    elif not is_on:
        kind, state, why = "bad", _("off"), why_off(row.off_reason)
    return HookRow(
        id=row.id,
        name=row.name,
        address=row.address,
        types=", ".join(row.types),
        made=_at(catalog, row.made_at),
        is_on=is_on,
        kind=kind,
        state=state,
        why=why,
    )


def why_off(reason: str) -> str:
    """Why a webhook is off, where nobody did it by hand."""
    return {
        hooks.FAILING: _("It has not taken anything for three days."),
        hooks.GONE: _("It answered that it is gone (410)."),
        hooks.MAKER: _("Whoever made it may not have webhooks here any more. Who switches it on answers for it."),
    }.get(reason, "")


def _delivery(catalog: Catalog, hook: Hook, row: Delivery) -> DeliveryRow:
    badges = {
        deliveries.DELIVERED: ("good", _("delivered")),
        deliveries.FAILED: ("bad", _("failed")),
        deliveries.SENDING: ("wait", _("on its way")),
        deliveries.QUEUED: ("wait", _("waiting")),
    }
    kind, state = badges[row.state]
    when = _("happened %(time)s", time=_at(catalog, row.happened_at))
    if row.state == deliveries.QUEUED and row.attempts:
        when += " · " + _("next try %(time)s", time=_at(catalog, row.due_at))
    return DeliveryRow(
        id=row.id,
        type=row.type,
        text=type_texts()[row.type],
        kind=kind,
        state=state,
        when=when,
        answer=_answer(row),
        may_replay=hook.state == hooks.ON and row.settled_at is not None,
    )


def _answer(row: Delivery) -> str:
    errors = {
        "closed": _("the address leads to no machine on the open internet"),
        "unreachable": _("no connection"),
        "tls": _("its certificate is not valid"),
        "timeout": _("no answer in time"),
        "broken": _("no valid answer"),
        "off": _("the webhook was switched off before"),
    }
    if not row.attempts and not row.last_error:
        return ""
    said = errors.get(row.last_error) or (str(row.last_status) if row.last_status else "")
    parts = (_("tries: %(count)s", count=row.attempts), said, row.last_answer[:120])
    return " · ".join(part for part in parts if part)


def _at(catalog: Catalog, when: datetime) -> str:
    return f"{i18n.date(when, catalog.zone)} {i18n.clock_time(when, catalog.zone)}"
