"""The commands about single orders, and about calling a whole event off."""

from __future__ import annotations

import json
from typing import Any

import click

from ticketing.cli_house import as_json, in_house
from ticketing.core import clock, i18n
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.events.catalog import load
from ticketing.orders.lookup import by_code
from ticketing.orders.reading import get
from ticketing.orders.states import PAID, PARTLY
from ticketing.payments import by_hand, calling_off
from ticketing.payments.by_hand import Plan
from ticketing.payments.outside import failed_of, note_paid_outside
from ticketing.payments.refunds import Cause
from ticketing.reports.call_off import CallOff, call_off

ACTOR = "cli"


@click.command()
@click.argument("order")
@click.option("--ticket", "tickets", type=int, multiple=True, metavar="N", help="Only this ticket; may be repeated.")
@click.option("--amount", type=int, metavar="N", help="So many yen; all tickets stay valid.")
@as_json
@in_house
def refund(order: str, tickets: tuple[int, ...], amount: int | None, json_: bool) -> None:
    """Give the money of ORDER back: all valid tickets in full, unless told otherwise."""
    if tickets and amount is not None:
        raise click.UsageError("Choose either --ticket or --amount.")
    click.echo(_given_back(order, tickets, amount, json_))


@click.command("refund-outside")
@click.argument("order")
@click.argument("how")
@click.option("--refund", "refund_id", metavar="ID", help="Which refund, where more than one failed.")
@as_json
@in_house
def refund_outside(order: str, how: str, refund_id: str | None, json_: bool) -> None:
    """Note that ORDER's failed refund was paid outside Stripe, and HOW: the buyer is told. Moves no money."""
    with writing() as session:
        found = by_code(session, order)
        failed = failed_of(session, found.id)
        chosen = [one for one in failed if refund_id in (None, one.id)]
        if len(chosen) > 1:
            ids = ", ".join(f"{one.id} ({i18n.money(Money(one.amount_minor, one.currency), 'en')})" for one in chosen)
            raise click.UsageError(f"More than one refund failed. Choose one by --refund: {ids}")
        if not chosen:
            raise Refused("refund_not_failed")
        paid = chosen[0]
        note_paid_outside(session, paid, how, ACTOR, clock.now())
        amount = Money(paid.amount_minor, paid.currency)
        facts = {"order": found.code, "refund": paid.id, "amount": amount.amount, "currency": amount.currency}
    said = f"{found.code}: {i18n.money(amount, 'en')} is noted as paid outside Stripe. The buyer gets a letter."
    click.echo(json.dumps(facts) if json_ else said)


@click.command()
@click.argument("order")
@as_json
@in_house
def cancel(order: str, json_: bool) -> None:
    """Cancel ORDER: an unpaid one ends at Stripe and here, a paid one is refunded in full and its tickets revoked."""
    with reading() as session:
        found = by_code(session, order)
    if found.state in (PAID, PARTLY):
        click.echo(_given_back(order, (), None, json_))
        return
    by_hand.cancel_waiting(found.id, ACTOR, clock.now())
    with reading() as session:
        state = get(session, found.id).state
    plain = {
        "order": found.code,
        "state": state,
        "tickets": [],
        "amount": 0,
        "currency": found.currency,
        "refund": None,
    }
    said = f"{found.code} is {state}. It was not paid, so no money goes back; its places are free."
    click.echo(json.dumps(plain) if json_ else said)


@click.command("cancel")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do it. There is no way back.")
@as_json
@in_house
def cancel_event(slug: str, yes: bool, json_: bool) -> None:
    """Call an event off: sales end at once, the worker gives all money back. Repeated, it tells how far it is."""
    with reading() as session:
        catalog = load(session, slug)
        before = call_off(session, catalog)
    if not yes and before.called_off_at is None:
        raise click.ClickException(
            f"{slug} would be called off for good. Paid orders: {before.paid} ({i18n.money(before.money)} goes back). "
            f"Unpaid orders: {before.waiting} (they end). Repeat with --yes to do it."
        )
    with writing() as session:
        calling_off.call_off(session, catalog.id, ACTOR, clock.now())
    with reading() as session:
        after = call_off(session, load(session, slug))
    click.echo(json.dumps(_plain(slug, after)) if json_ else "\n".join(_progress(slug, after)))


def _given_back(typed: str, tickets: tuple[int, ...], minor: int | None, json_: bool) -> str:
    now = clock.now()
    with writing() as session:
        order = by_code(session, typed)
        if minor is not None:
            plan = by_hand.plan_amount(session, order, minor)
        elif tickets:
            plan = by_hand.plan_tickets(session, order, tickets)
        else:
            plan = by_hand.plan_all(session, order)
        made = by_hand.carry_out(session, order, plan, Cause(by_hand.REASON, ACTOR, f"{ACTOR}:{new_id()}"), now)
        refund_id = made.id if made else None
    with reading() as session:
        state = get(session, order.id).state
    if json_:
        facts = {"order": order.code, "state": state, "tickets": list(plan.numbers), "refund": refund_id}
        return json.dumps(facts | {"amount": plan.amount.amount, "currency": plan.amount.currency})
    return f"{order.code}: {_said(plan)} The order is {state}."


def _said(plan: Plan) -> str:
    if plan.amount.amount:
        money = f"{i18n.money(plan.amount, 'en')} goes back, {i18n.money(plan.left, 'en')} of the payment is left."
    else:
        money = "No money goes back: nothing of the payment is left."
    if not plan.numbers:
        return f"{money} All tickets stay as they are."
    count = len(plan.numbers)
    numbers = ", ".join(map(str, plan.numbers))
    return f"{money} {'Ticket' if count == 1 else 'Tickets'} {numbers} revoked."


def _plain(slug: str, facts: CallOff) -> dict[str, Any]:
    at = facts.called_off_at
    refunds = {"on_their_way": facts.sent, "done": facts.back, "failed": facts.failed}
    done = {"event": slug, "called_off_at": at.isoformat() if at else None, "done": facts.done, "left": facts.left}
    return {**done, "refunds": refunds}


def _progress(slug: str, facts: CallOff) -> list[str]:
    lines = [
        f"{slug} is called off since {facts.called_off_at:%Y-%m-%dT%H:%MZ}: nothing is sold any more.",
        f"Orders: {facts.done} done, {facts.left} left.",
        f"Refunds: {facts.sent} on their way, {facts.back} done, {facts.failed} failed.",
    ]
    if facts.left:
        lines.append("The worker does the rest. Repeat this command to see how far it has come.")
    return lines
