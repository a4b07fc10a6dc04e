"""Does Stripe tell us what happens? The webhook endpoints of the account, and what they did not take."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ticketing.core.settings import is_loopback
from ticketing.payments.account_facts import Account, Endpoint, Fault, Needs
from ticketing.payments.outcome import API_VERSION, EVENTS

WEBHOOK = "/stripe/webhook"


def wrong_endpoints(account: Account, needs: Needs) -> Iterator[Fault]:
    """What is not right about the webhook endpoints at our address; nothing where the key may not see them."""
    if account.endpoints is None:
        return
    wanted = needs.settings.public_url + WEBHOOK
    ours = [one for one in account.endpoints if _is_ours(one, wanted, needs.settings.uses_standin)]
    working = [one for one in ours if one.enabled]
    if not ours and not is_loopback(urlsplit(wanted).hostname or ""):
        yield Fault("stripe_endpoint", _no_endpoint(account.endpoints, wanted, needs))
    if ours and not working:
        click = f"Open {needs.page('webhooks')}, choose it, click ⋯, Enable."
        yield Fault("stripe_endpoint", f"The endpoint {wanted} is disabled: Stripe tells us nothing. {click}")
    if len(working) > 1:
        yield Fault(
            "stripe_endpoint",
            f"{len(working)} endpoints post to {wanted}, each with a signing secret of its own, and only one is ours. "
            f"Open {needs.page('webhooks')}, delete all but the one whose secret is set.",
        )
    for one in working:
        yield from _wrong_endpoint(one, needs)


def _is_ours(endpoint: Endpoint, wanted: str, standin: bool) -> bool:
    """The stand-in runs behind the public address, so only the path counts there."""
    url = endpoint.url.rstrip("/")
    return url == wanted or (standin and urlsplit(url).path == WEBHOOK)


def _no_endpoint(others: tuple[Endpoint, ...], wanted: str, needs: Needs) -> str:
    near = next((one.url for one in others if urlsplit(one.url).path.rstrip("/") == WEBHOOK), None)
    also = f" There is one for {near}: where that is the old address, edit it." if near else ""
    mode = "live" if needs.live else "test"
    return (
        f"No endpoint in {mode} mode posts to {wanted}; orders wait for the buyer's return or the end of their hold."
        f"{also} Open {needs.page('webhooks')}, Add destination, API version {API_VERSION}, the events that "
        "docs/stripe.md lists, then set STRIPE_WEBHOOK_SECRET to its signing secret."
    )


def _wrong_endpoint(endpoint: Endpoint, needs: Needs) -> Iterator[Fault]:
    missing = [] if "*" in endpoint.events else [event for event in EVENTS if event not in endpoint.events]
    if missing:
        yield Fault(
            "stripe_events",
            f"The endpoint {endpoint.url} is not told of {', '.join(missing)}. Open {needs.page('webhooks')}, choose "
            "it, Edit destination, and select these events too.",
        )
    if endpoint.api_version not in (None, API_VERSION):
        yield Fault(
            "stripe_version",
            f"The endpoint {endpoint.url} speaks API version {endpoint.api_version}, which cannot be changed. Add a "
            f"destination with the same address and events, and version {API_VERSION}, at {needs.page('webhooks')} (or "
            "by the command in docs/stripe.md); set STRIPE_WEBHOOK_SECRET to its secret, and delete the old one.",
        )


def undelivered(account: Account, needs: Needs) -> Iterator[Fault]:
    """Deliveries that came to nothing: the one way to see from outside that a signing secret is wrong."""
    lost = account.undelivered
    if lost is not None:
        yield Fault(
            "stripe_deliveries",
            f"{lost.count} events of the last day were not taken, the oldest ({lost.oldest}) at {lost.since:%H:%M} "
            f"UTC. Open {needs.page('webhooks')}, choose the endpoint, Event deliveries, and look at our answer: 400 "
            "means that STRIPE_WEBHOOK_SECRET is not this endpoint's secret (Reveal it and set it), no answer that "
            "Stripe cannot reach the address; then click Resend.",
        )
