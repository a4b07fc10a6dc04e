"""The letters about another e-mail address: to confirm it, to stop it, and that it is changed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import force_locale
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders import addresses
from ticketing.orders.addresses import ASKED, CONFIRMED, path_of
from ticketing.orders.letter_parts import about_order, reach
from ticketing.orders.links import public_url
from ticketing.orders.models import AddressChange
from ticketing.orders.notices import Button, Notice, Table, notice_draft
from ticketing.orders.reading import get, view


def confirm(session: Session, letter: Letter) -> Draft:
    """To the new address: nothing is changed before it says yes."""
    change = _waiting(session, letter)
    catalog, order = view(session, get(session, change.order_id))
    with force_locale(letter.language):
        notice = Notice(
            subject=_("Confirm this address for your order %(code)s", code=order.code),
            heading=_("Is this your address?"),
            paragraphs=(
                about_order(catalog, order),
                _("Its letters are to come to this address. Nothing is changed before you confirm it."),
            ),
            button=Button(_("Confirm this address"), public_url() + path_of(change.id, "confirm")),
            afterwards=(
                _("The link works until %(time)s.", time=_until(catalog, change)),
                _("You do not know about this? Then do nothing: the address stays as it is."),
            ),
        )
        return notice_draft(catalog, order, notice)


def asked(session: Session, letter: Letter) -> Draft:
    """To the address in force: what was asked for, and how to stop it."""
    change = _waiting(session, letter)
    catalog, order = view(session, get(session, change.order_id))
    with force_locale(letter.language):
        notice = Notice(
            subject=_("Another address was asked for: order %(code)s", code=order.code),
            heading=_("Your letters are to go to another address."),
            paragraphs=(
                about_order(catalog, order),
                _("Somebody with the link of your order asked for this. It happens when the new address confirms it."),
                _("If it was you, there is nothing to do here."),
            ),
            tables=(_addresses(change),),
            tables_first=True,
            button=Button(_("Stop it"), public_url() + path_of(change.id, "stop")),
            afterwards=reach(catalog),
        )
        return notice_draft(catalog, order, notice)


def changed(session: Session, letter: Letter) -> Draft:
    """To the former address: it is done, and how to take it back."""
    change = session.get_one(AddressChange, letter.facts["change"])
    if change.state != CONFIRMED:
        raise NothingToSay
    catalog, order = view(session, get(session, change.order_id))
    with force_locale(letter.language):
        notice = Notice(
            subject=_("Letters about order %(code)s go to another address now", code=order.code),
            heading=_("The address is changed."),
            paragraphs=(
                about_order(catalog, order),
                _("The new address has confirmed it. This is the last letter to the old one."),
                _("Was it not you? Within a week you can take it back here."),
            ),
            tables=(_addresses(change),),
            tables_first=True,
            button=Button(_("Take it back"), public_url() + path_of(change.id, "stop")),
            afterwards=reach(catalog),
        )
        return notice_draft(catalog, order, notice)


COMPOSERS: Mapping[str, Composer] = {
    addresses.CONFIRM_LETTER: confirm,
    addresses.ASKED_LETTER: asked,
    addresses.CHANGED_LETTER: changed,
}


def _waiting(session: Session, letter: Letter) -> AddressChange:
    change = session.get_one(AddressChange, letter.facts["change"])
    if change.state != ASKED:
        raise NothingToSay
    return change


def _addresses(change: AddressChange) -> Table:
    rows = ((_("Address until now"), change.address_before), (_("New address"), change.address))
    return Table("", rows, wide=True)


def _until(catalog: Catalog, change: AddressChange) -> str:
    at = change.expires_at
    return f"{i18n.day(at, catalog.zone)} {i18n.clock_time(at, catalog.zone)}"
