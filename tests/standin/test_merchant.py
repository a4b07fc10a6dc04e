"""What the merchant has set up, and keys that may not do everything."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe
from stripe_shop import Hook, Shop


def test_the_endpoint_is_the_one_that_is_notified(shop: Shop, hook: Hook) -> None:
    [endpoint] = shop.stripe.v1.webhook_endpoints.list({"limit": 100}).data
    assert (endpoint.url, endpoint.status, endpoint.api_version) == (hook.url, "enabled", "2026-10-28.endive")
    assert "checkout.session.completed" in endpoint.enabled_events
    assert shop.stripe.v1.webhook_endpoints.retrieve(endpoint.id).url == endpoint.url
    assert shop.stripe.v1.webhook_endpoints.list({"starting_after": endpoint.id}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook_endpoint"):
        shop.stripe.v1.webhook_endpoints.retrieve("we_other")
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook_endpoint"):
        shop.stripe.v1.webhook_endpoints.list({"ending_before": "we_other"})


def test_cards_and_convenience_stores_are_switched_on_and_active(shop: Shop) -> None:
    [configuration] = shop.stripe.v1.payment_method_configurations.list({"active": True}).data
    assert configuration.is_default
    for method in (configuration.card, configuration.konbini):
        assert method
        assert (method.available, method.display_preference.value) == (True, "on")
    assert shop.stripe.v1.payment_method_configurations.list({"active": False}).data == []


def expire(v1: Any) -> None:
    v1.checkout.sessions.expire("cs_test_nobody")


def refund(v1: Any) -> None:
    v1.refunds.create({"payment_intent": "pi_nobody"})


@pytest.mark.parametrize(
    ("lacking", "call"),
    [
        ("checkout_session_write", expire),
        ("checkout_session_read", expire),
        ("event_read-charge_write", refund),
        ("event_read-charge_write", lambda v1: v1.events.list()),
        ("webhook_read", lambda v1: v1.webhook_endpoints.list()),
        ("payment_method_configurations_read", lambda v1: v1.payment_method_configurations.list()),
    ],
)
def test_a_restricted_key_may_not_do_what_its_name_says(shop: Shop, lacking: str, call: Callable[[Any], None]) -> None:
    with pytest.raises(stripe.PermissionError, match="Having the 'rak_"):
        call(shop.client(f"rk_test_lacks_{lacking}").v1)


def test_a_restricted_key_may_do_everything_else(shop: Shop) -> None:
    v1 = shop.client("rk_test_lacks_charge_write").v1
    assert v1.refunds.list().object == v1.charges.list().object == "list"
    assert v1.checkout.sessions.create(shop.order()).status == "open"
