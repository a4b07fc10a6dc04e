"""The parameters of `POST /v1/checkout/sessions` that the stand-in understands.

A parameter that Stripe knows and that is not listed here is refused as unknown, never silently dropped."""

import re
from dataclasses import dataclass
from typing import Any

from ticketing.standin.errors import invalid
from ticketing.standin.forms import (
    Reader,
    boolean,
    integer,
    items_of,
    metadata,
    one_of,
    read_fields,
    shape,
    text,
)

# docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale
_LOCALES = re.findall(
    r"\S+",
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt "
    "pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW",
)

_AT_MOST_A_MILLION = 1_000_000
_PRODUCT_DATA = shape(
    {
        "name": text(250),
        "description": text(),
        "images": items_of(text(), 8),
        "metadata": metadata,
        "unit_label": text(12),
    },
    ("name",),
)
_PRICE_DATA = shape(
    {
        "currency": text(3),
        "product_data": _PRODUCT_DATA,
        "tax_behavior": one_of("exclusive", "inclusive", "unspecified"),
        "unit_amount": integer(0, 99_999_999),
    },
    ("currency", "product_data", "unit_amount"),
)
_LINE_ITEM = shape(
    {"price_data": _PRICE_DATA, "quantity": integer(1, _AT_MOST_A_MILLION), "metadata": metadata},
    ("price_data", "quantity"),
)
_SWITCH = shape({"enabled": boolean}, ("enabled",))
_INTENT_DATA = shape(
    {
        "description": text(1000),
        "metadata": metadata,
        "receipt_email": text(512),
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
    }
)
_METHOD_OPTIONS = shape(
    {
        "card": shape({"request_three_d_secure": one_of("any", "automatic", "challenge")}),
        "konbini": shape({"expires_after_days": integer(1, 60), "setup_future_usage": one_of("none")}),
    }
)
_FIELDS: dict[str, Reader] = {
    "adaptive_pricing": shape({"enabled": boolean}),
    "allowed_payment_method_types": items_of(text(64)),
    "cancel_url": text(),
    "client_reference_id": text(200),
    "currency": text(3),
    "customer_creation": one_of("always", "if_required"),
    "customer_email": text(800),
    "excluded_payment_method_types": items_of(text(64)),
    "expand": items_of(text()),
    "expires_at": integer(),
    "invoice_creation": _SWITCH,
    "line_items": items_of(_LINE_ITEM),
    "locale": one_of(*_LOCALES),
    "managed_payments": shape({"enabled": boolean}),
    "metadata": metadata,
    "mode": one_of("payment", "setup", "subscription"),
    "payment_intent_data": _INTENT_DATA,
    "payment_method_options": _METHOD_OPTIONS,
    "submit_type": one_of("auto", "book", "donate", "pay", "subscribe"),
    "success_url": text(),
    "ui_mode": one_of("elements", "embedded_page", "form", "hosted_page"),
}
_SHORTEST_LIFE, _LONGEST_LIFE, _SLACK = 30 * 60, 24 * 60 * 60, 60


def read_session_form(values: dict[str, Any]) -> dict[str, Any]:
    """The typed parameters of a session that the stand-in can hold; anything else is Stripe's 400."""
    form = read_fields(values, _FIELDS)
    if form.get("mode") != "payment":
        raise invalid("This stand-in holds sessions with mode=payment only", "mode")
    if form.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("This stand-in holds sessions with ui_mode=hosted_page only", "ui_mode")
    if not form.get("line_items"):
        raise invalid("You must provide line_items in payment mode.", "line_items", "parameter_missing")
    for switch in ("adaptive_pricing", "invoice_creation", "managed_payments"):
        if form.get(switch, {}).get("enabled"):
            raise invalid(f"This stand-in does not do {switch}", f"{switch}[enabled]")
    _check_urls(form)
    _check_email(form.get("customer_email"))
    if form.get("payment_intent_data", {}).get("statement_descriptor"):
        message = "statement_descriptor is not supported for card charges; use statement_descriptor_suffix"
        raise invalid(message, "payment_intent_data[statement_descriptor]")
    _read_currency(form)
    return form


def _check_urls(form: dict[str, Any]) -> None:
    if "success_url" not in form:
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    for name in ("success_url", "cancel_url"):
        url = form.get(name)
        if name in form and (not url or not re.match(r"https?://[^/\s]+", url)):
            raise invalid("Not a valid URL", name, "url_invalid")


def _check_email(email: str | None) -> None:
    if email is not None and not re.fullmatch(r"[^@\s.]+(\.[^@\s.]+)*@[^@\s]+\.[^@\s.]+", email):
        raise invalid(f"Invalid email address: {email}", "customer_email", "email_invalid")


def _read_currency(form: dict[str, Any]) -> None:
    currencies = [item["price_data"]["currency"].lower() for item in form["line_items"]]
    if not all(re.fullmatch(r"[a-z]{3}", currency) for currency in currencies):
        raise invalid(f"Invalid currency: {currencies[0]}", "line_items[0][price_data][currency]")
    if len(set(currencies)) > 1 or form.get("currency", currencies[0]) != currencies[0]:
        raise invalid("All line items must have the same currency.", "line_items")
    form["currency"] = currencies[0]


@dataclass(frozen=True)
class Life:
    """When a session was made and runs out, as it shows it, and when that is by the stand-in's clock."""

    created: int
    expires_at: int
    ends: int


def life(expires_at: int | None, now: int, lead: int) -> Life:
    """The life of a session made now.

    A caller whose clock was not moved along with the stand-in's means the machine's time: what is out of range
    by the stand-in's clock but fits by the machine's, `lead` seconds behind, is taken as that."""
    if expires_at is None:
        return Life(now, now + _LONGEST_LIFE, now + _LONGEST_LIFE)
    for behind in (0, lead):
        ahead = expires_at - (now - behind)
        if _SHORTEST_LIFE - _SLACK <= ahead <= _LONGEST_LIFE + _SLACK:
            return Life(now - behind, expires_at, expires_at + behind)
    message = "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from creation."
    raise invalid(message, "expires_at")
