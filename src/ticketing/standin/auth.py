"""Who may call: any test key. docs.stripe.com/api/authentication

A restricted key may do everything, unless its name says otherwise: `rk_test_lacks_webhook_read-charge_write` has
neither of these two rights. The rights carry Stripe's names: docs.stripe.com/keys/permissions-reference"""

import base64
import binascii
import re

from ticketing.standin.errors import StripeError

_TEST_KEY = re.compile(r"(sk|rk)_test_\S+\Z")
_LACKS = "rk_test_lacks_"
_RIGHTS = {
    "/v1/checkout/sessions": "checkout_session",
    "/v1/payment_intents": "payment_intent",
    "/v1/charges": "charge",
    "/v1/refunds": "charge",
    "/v1/test_helpers/refunds": "charge",
    "/v1/disputes": "dispute",
    "/v1/balance_transactions": "balance_transaction_source",
    "/v1/payouts": "payout",
    "/v1/events": "event",
    "/v1/webhook_endpoints": "webhook",
    "/v1/payment_method_configurations": "payment_method_configurations",
}


def check_key(header: str | None, method: str, path: str) -> None:
    """Accepts `Bearer <key>` and Basic with the key as the user; anything but a test key is Stripe's error.

    So is a call that a restricted key has no right to. Who may write may read, and who may not read may not write."""
    key = _key(header or "")
    if not key:
        raise StripeError(
            401,
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )
    if re.match(r"(sk|rk)_live_", key):
        raise StripeError(401, "A live key was sent to a local stand-in. It was not stored. Use a test key.")
    if key.startswith("pk_"):
        message = "This API call cannot be made with a publishable API key. Please use a secret API key."
        raise StripeError(403, message, code="secret_key_required")
    if not _TEST_KEY.match(key):
        raise StripeError(401, "Invalid API Key provided. Keys begin with sk_test_ or rk_test_ here.")
    _check_rights(key, method, path)


def _check_rights(key: str, method: str, path: str) -> None:
    if not key.startswith(_LACKS):
        return
    lacking = key.removeprefix(_LACKS).split("-")
    area = next((right for start, right in _RIGHTS.items() if path.startswith(start)), "")
    needed = f"{area}_{'read' if method == 'GET' else 'write'}"
    if needed in lacking or f"{area}_read" in lacking:
        raise StripeError(
            403,
            f"The provided key '{key[:8]}{'*' * 12}{key[-4:]}' does not have the required permissions for this "
            f"endpoint. Having the 'rak_{needed}' permission would allow this request to continue.",
        )


def _key(header: str) -> str:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
