"""The letters about money: vouchers, refunds, events that are called off. Composed when they are sent, from what is so
then, in the buyer's language."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import force_locale
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft
from ticketing.orders.fulfil import VOUCHER_LETTER
from ticketing.orders.letter_parts import about_order, event_title, order_button, reach
from ticketing.orders.links import public_url
from ticketing.orders.notices import Button, Notice, Table, notice_draft
from ticketing.orders.reading import OrderView, get, view
from ticketing.orders.states import AWAITING
from ticketing.payments import calling_off, refunds
from ticketing.payments.methods import CASH, KONBINI
from ticketing.payments.vouchers import OpenVoucher, voucher_of


def voucher(session: Session, letter: Letter) -> Draft:
    """How to pay at a convenience store, and until when."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        payable = order.state == AWAITING and catalog.canceled_at is None
        found = voucher_of(session, order.id) if payable else None
        return notice_draft(catalog, order, _voucher(catalog, order, found) if found else _gone_on(order))


def refund_asked(session: Session, letter: Letter) -> Draft:
    """Money goes back: why, how much, how long it takes."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        amount = _amount(letter, "amount")
        notice = Notice(
            subject=_("%(amount)s comes back to you (%(code)s)", amount=amount, code=order.code),
            heading=_("Your money is on its way back."),
            paragraphs=(about_order(catalog, order), why(letter.facts["reason"]), _how_long(letter.facts["method"])),
            tables=(_figures(letter),),
            tables_first=True,
            button=order_button(order),
        )
        return notice_draft(catalog, order, notice)


def refund_done(session: Session, letter: Letter) -> Draft:
    """The money was sent."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        amount = _amount(letter, "amount")
        by_bank = letter.facts["method"] == KONBINI
        sent = (
            _("Stripe, our payment service, has sent it to the bank account that you named.")
            if by_bank
            else _("Stripe, our payment service, has sent it the way that you paid.")
        )
        notice = Notice(
            subject=_("%(amount)s is sent back to you (%(code)s)", amount=amount, code=order.code),
            heading=_("Your money is sent back."),
            paragraphs=(
                about_order(catalog, order),
                sent,
                _("Depending on your bank it may take 5 to 10 days until you see it there."),
            ),
            tables=(_figures(letter),),
            tables_first=True,
            button=order_button(order),
        )
        return notice_draft(catalog, order, notice)


def refund_failed(session: Session, letter: Letter) -> Draft:
    """The money could not be sent; a person takes it from here."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        amount = _amount(letter, "amount")
        told = _("The bank did not take it, so %(amount)s could not be sent. You do not lose it.", amount=amount)
        next_step = _("We look for another way and write to you. There is nothing that you have to do now.")
        notice = Notice(
            subject=_("%(amount)s could not be sent back yet (%(code)s)", amount=amount, code=order.code),
            heading=_("Your money could not be sent yet."),
            paragraphs=(about_order(catalog, order), told, next_step, *reach(catalog)),
            tables=(_figures(letter),),
            tables_first=True,
            button=order_button(order),
        )
        return notice_draft(catalog, order, notice)


def refund_outside(session: Session, letter: Letter) -> Draft:
    """Stripe could not send the money, so somebody paid it another way."""
    catalog, order = view(session, get(session, letter.subject_id))
    with force_locale(letter.language):
        told = letter.facts["how"]
        if letter.facts.get("method") == CASH:
            how = _("You had paid in cash, and so we paid it back ourselves: %(how)s", how=told)
        else:
            how = _("Stripe, our payment service, could not send it, so we paid it another way: %(how)s", how=told)
        notice = Notice(
            subject=_("%(amount)s is paid back to you (%(code)s)", amount=_amount(letter, "amount"), code=order.code),
            heading=_("Your money is paid back."),
            paragraphs=(about_order(catalog, order), how, *reach(catalog)),
            tables=(_figures(letter),),
            tables_first=True,
            button=order_button(order),
        )
        return notice_draft(catalog, order, notice)


def event_canceled(session: Session, letter: Letter) -> Draft:
    """The event is called off: the tickets are void, and what was paid, if anything, goes back by itself."""
    catalog, order = view(session, get(session, letter.subject_id))
    given = [one for one in refunds.of_order(session, order.id) if one.reason == refunds.EVENT_CANCELED]
    back = sum((Money(one.amount_minor, one.currency) for one in given), Money(0, order.total.currency))
    with force_locale(letter.language):
        title = event_title(catalog)
        notice = Notice(
            subject=_("%(title)s is called off", title=title),
            heading=_("This event is called off."),
            paragraphs=(
                _("We are sorry: %(title)s does not take place.", title=title),
                _("Your tickets are not valid any more."),
                _back_by_itself(back, free=order.total.amount == 0),
            ),
            button=order_button(order),
            afterwards=reach(catalog),
        )
        return notice_draft(catalog, order, notice)


def _back_by_itself(back: Money, *, free: bool) -> str:
    if free:
        return _("There is nothing that you have to do.")
    if not back.amount:
        return _("How it stands with your money is on the page of your order.")
    return _(
        "All that you paid comes back by itself: %(amount)s. There is nothing that you have to do.",
        amount=i18n.money(back),
    )


COMPOSERS: Mapping[str, Composer] = {
    VOUCHER_LETTER: voucher,
    refunds.ASKED_LETTER: refund_asked,
    refunds.DONE_LETTER: refund_done,
    refunds.FAILED_LETTER: refund_failed,
    refunds.OUTSIDE_LETTER: refund_outside,
    calling_off.LETTER: event_canceled,
}


def _voucher(catalog: Catalog, order: OrderView, found: OpenVoucher) -> Notice:
    title = event_title(catalog)
    until = i18n.date_time(found.expires_at, catalog.zone)
    total = i18n.money(order.total)
    return Notice(
        subject=_("Pay %(total)s by %(until)s: %(title)s", total=total, until=until, title=title),
        heading=_("Pay at the convenience store by %(time)s.", time=until),
        paragraphs=(
            _("Your places for %(title)s are kept until then.", title=title),
            _("Pay %(total)s in cash at one of these stores, with its numbers from this letter.", total=total),
        ),
        button=Button(_("Show how to pay"), found.url) if found.url else order_button(order),
        tables=tuple(Table(store.name, store.numbers) for store in found.stores),
        afterwards=(
            _("When the store has told us, your tickets come by e-mail. That may take an hour."),
            _("Unpaid, the order ends by itself, and nothing is charged."),
        ),
        order_url=public_url() + order.path if found.url else "",
    )


def _gone_on(order: OrderView) -> Notice:
    """The letter comes late: the order waits for no voucher any more."""
    return Notice(
        subject=_("Your order %(code)s", code=order.code),
        heading=_("This is how your order stands now:"),
        paragraphs=(_("It does not wait for a payment at a convenience store any more."),),
        button=order_button(order),
    )


def why(reason: str) -> str:
    """The sentence that says why money goes back, for a reason of a refund, in the language in force."""
    reasons = {
        "buyer": _("You gave tickets back. They are not valid any more."),
        "event_canceled": _("The event is called off, so all that you paid comes back."),
        "paid_late": _("Your payment came after the time to pay was over. All of it goes back."),
        "paid_twice": _("This order was paid twice. The second payment goes back in full."),
        "wrong_amount": _(
            "What arrived was not the amount of the order, so no tickets were issued. All of it goes back."
        ),
    }
    return reasons.get(reason, _("The organizer gives you money back."))


def _how_long(method: str | None) -> str:
    if method == KONBINI:
        return _(
            "You paid in cash, so Stripe, our payment service, asks you for a bank account by e-mail. "
            "Please answer within 45 days: until then the money waits for you."
        )
    return _("It goes back the way that you paid. Depending on your bank it takes 5 to 10 days.")


def _figures(letter: Letter) -> Table:
    rows = [(_("Comes back"), _amount(letter, "amount"))]
    if letter.facts["kept"]:
        rows.append((_("Fee by the event's rules, kept"), _amount(letter, "kept")))
    return Table("", tuple(rows))


def _amount(letter: Letter, name: str) -> str:
    return i18n.money(Money(letter.facts[name], letter.facts["currency"]))
