"""Is the account at Stripe set up as the house needs it? Each fault says what to click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask import current_app

from ticketing.core import clock
from ticketing.core.db import reading
from ticketing.events.catalog import load, slugs
from ticketing.payments.account_endpoints import undelivered, wrong_endpoints
from ticketing.payments.account_facts import DASHBOARD, Account, Fault, Needs
from ticketing.payments.outcome import API_VERSION, Gateway, KeyRefused, Rejected, Unreachable
from ticketing.payments.start import gateway

LARGEST_SKEW = timedelta(seconds=10)
"""A session must begin 30 minutes before its end by Stripe's clock; ours ask for little more."""


def examine_account() -> list[Fault]:
    """The account that this house uses; asks Stripe and changes nothing there."""
    with reading() as session:
        policies = [load(session, slug).policy for slug in slugs(session)]
    konbini = any((policy.get("konbini") or {}).get("enabled") for policy in policies)
    return examine(gateway(), Needs(current_app.extensions["ticketing.settings"], konbini), clock.now)


def examine(stripe: Gateway, needs: Needs, time: Callable[[], datetime]) -> list[Fault]:
    """Ask Stripe and judge."""
    own = list(_wrong_settings(needs))
    try:
        account = stripe.account(time())
    except KeyRefused:
        detail = (
            f"Stripe does not know STRIPE_SECRET_KEY ({_shown(needs.settings.stripe_secret_key)}), or it was rolled or "
            f"ended. Open {needs.page('apikeys')}, create a restricted key or roll the old one, and set it."
        )
        return [*own, Fault("stripe_key", detail)]
    except Unreachable as error:
        detail = (
            f"Stripe does not answer at {needs.settings.stripe_api_base} ({error}). See that this machine may open "
            "https connections to the outside, look at status.stripe.com, then run this again."
        )
        return [*own, Fault("stripe_unreachable", detail)]
    except Rejected as error:
        detail = f"Stripe refused a question ({error.code}: {error}). See docs/stripe.md, and {needs.page('logs')}."
        return [*own, Fault("stripe_refused", detail)]
    return own + wrong_account(account, needs, time())


def wrong_account(account: Account, needs: Needs, now: datetime) -> list[Fault]:
    """Everything that is not right about an account."""
    return [
        *_missing_permissions(account, needs),
        *_wrong_clock(account, now),
        *_wrong_version(account),
        *wrong_endpoints(account, needs),
        *undelivered(account, needs),
        *_missing_methods(account, needs),
    ]


def _shown(key: str) -> str:
    return f"{key[:8]}…{key[-4:]}"


def _wrong_settings(needs: Needs) -> Iterator[Fault]:
    settings = needs.settings
    if needs.live and not settings.public_url.startswith("https://"):
        yield Fault(
            "stripe_mode",
            f"The key is live, and PUBLIC_URL is {settings.public_url}: Stripe notifies live accounts by https only. "
            "Set PUBLIC_URL to the https address of the shop, or STRIPE_SECRET_KEY to a test key.",
        )
    if settings.allow_live and not needs.live:
        yield Fault(
            "stripe_mode",
            f"TICKETING_ALLOW_LIVE is on, but {_shown(settings.stripe_secret_key)} is a test key: orders become paid "
            f"without money. Take a live key from {DASHBOARD}/apikeys, or unset TICKETING_ALLOW_LIVE.",
        )
    if not settings.stripe_webhook_secret.startswith("whsec_"):
        yield Fault(
            "stripe_secret",
            "STRIPE_WEBHOOK_SECRET is no signing secret, so every delivery is refused. Open "
            f"{needs.page('webhooks')}, choose the endpoint, click Reveal under Signing secret, and set what "
            "begins with whsec_ (with `stripe listen`: what that command prints).",
        )


def _missing_permissions(account: Account, needs: Needs) -> Iterator[Fault]:
    for lack in account.lacks:
        named = f" (Stripe calls it {lack.name})" if lack.name else ""
        yield Fault(
            "stripe_permission",
            f"The key may not do something that the house needs. Open {needs.page('apikeys')}, click ⋯ beside the "
            f"restricted key, Edit key, and grant {lack.permission}{named}.",
        )


def _wrong_clock(account: Account, now: datetime) -> Iterator[Fault]:
    if account.clock is None:
        return
    ahead = now - account.clock
    if abs(ahead) > LARGEST_SKEW:
        seconds = round(abs(ahead).total_seconds())
        yield Fault(
            "stripe_clock",
            f"This machine's clock is {seconds} seconds {'ahead of' if ahead > timedelta(0) else 'behind'} Stripe's; "
            "sessions and signatures depend on it. Run `timedatectl set-ntp true`, or set the clock of the host.",
        )


def _wrong_version(account: Account) -> Iterator[Fault]:
    if account.api_version not in (None, API_VERSION):
        yield Fault(
            "stripe_version",
            f"We ask in API version {API_VERSION} and get answers in {account.api_version}. Take away what rewrites "
            "requests on the way: unset STRIPE_API_BASE and the proxy of this machine.",
        )


def _missing_methods(account: Account, needs: Needs) -> Iterator[Fault]:
    if account.methods is None:
        return
    for name, title in (("card", "Cards"), *([("konbini", "Konbini")] if needs.konbini else [])):
        method = account.methods.get(name)
        if method is None or not method.on:
            click = f"Open {needs.page('settings/payment_methods')}, find {title}, click Turn on."
            yield Fault("stripe_method", f"{title}: switched off, so the payment page does not offer it. {click}")
        elif not method.available:
            yield Fault(
                "stripe_method",
                f"{title}: switched on, but not active yet. Stripe is still reviewing, or wants to know more. Open "
                f"{needs.page('settings/payment_methods')}, click {title}, and answer what it asks.",
            )
