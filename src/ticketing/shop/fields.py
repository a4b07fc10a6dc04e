"""The fields that a buyer fills in: each keeps what was typed, and says what needs a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.addresses import typed_email
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import language, pick
from ticketing.core.typos import suggestion
from ticketing.events.catalog import Catalog
from ticketing.orders.buyer import DEMAND, OFF
from ticketing.orders.pricing import Quote
from ticketing.orders.term_lines import change_until

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A field of the form with what was typed and what is wrong with it (nothing when it is empty).

    `suggestion` is what was probably meant, for a button that takes it."""

    name: str
    label: str
    hint: str
    value: str
    error: str
    suggestion: str = ""
    required: bool = False


def buyer_fields(values: Texts, errors: Texts) -> tuple[Field, ...]:
    """Who buys. How the name is read is asked for where people know what is meant, and shown where it was typed."""
    name = _field("name", _("Your name"), _("As it should stand on the receipt."), values, errors, required=True)
    kana = _field("kana", _("Your name in kana"), _("Optional. It helps to find you at the door."), values, errors)
    return (name, *_wanted(kana), email_field(_("Your tickets go to this address."), values, errors))


def email_field(hint: str, values: Texts, errors: Texts) -> Field:
    """The field for the address; one that needs a look and may be a slip comes with what was probably meant."""
    typed, error = typed_email(values), errors.get("email", "")
    return Field("email", _("E-mail"), hint, typed, error, suggestion(typed) if error else "", required=True)


def code_field(values: Texts, errors: Texts) -> Field:
    """The field for a promo code, folded away until somebody has one."""
    return _field("code", _("Promo code"), _("Large or small letters, both are right."), values, errors)


def attendee_fields(catalog: Catalog, quote: Quote, values: Texts, errors: Texts) -> tuple[Field, ...]:
    """The names on the tickets, in the order of the lines, numbered through from 1; none where nobody asks."""
    if catalog.attendee_names == OFF:
        return ()
    required = catalog.attendee_names == DEMAND
    first = _("Left empty, this is your name.") if required else ""
    tiers = [pick(line.tier.name) for line in quote.lines for _ticket in range(line.quantity)]
    fields = []
    for number, tier in enumerate(tiers, start=1):
        facts = {"number": number, "tier": tier}
        label = _("Name on ticket %(number)s (%(tier)s)", **facts)
        hint = first if number == 1 else ""
        fields.append(_field(f"attendee-{number}", label, hint, values, errors, required=required and number > 1))
        fields += _wanted(_field(f"kana-{number}", _("In kana: ticket %(number)s", **facts), "", values, errors))
    return tuple(fields)


def reading_field(catalog: Catalog, values: Texts, errors: Texts) -> Field | None:
    """How the name on one ticket is read; None where the event asks for no names, or who reads this would not know."""
    hint = _("Optional. It helps to find you at the door.")
    wanted = _wanted(_field("kana", _("The name in kana"), hint, values, errors))
    return wanted[0] if wanted and catalog.attendee_names != OFF else None


def attendees_hint(catalog: Catalog, now: datetime) -> str:
    """What is said above the names on the tickets."""
    until = change_until(catalog, now)
    if catalog.attendee_names == DEMAND:
        needed = _("This event needs the name of everybody who comes.")
        return f"{needed} {_('You can change it until %(until)s.', until=until)}" if until else needed
    return _("Optional. You can change it until %(until)s.", until=until) if until else _("Optional.")


def _field(name: str, label: str, hint: str, values: Texts, errors: Texts, *, required: bool = False) -> Field:
    return Field(name, label, hint, values.get(name, ""), errors.get(name, ""), required=required)


def _wanted(kana: Field) -> tuple[Field, ...]:
    return (kana,) if language() == "ja" or kana.value or kana.error else ()
