"""Who may call: any test key. docs.stripe.com/api/authentication"""

import base64
import binascii
import re

from ticketing.standin.errors import StripeError

_TEST_KEY = re.compile(r"(sk|rk)_test_\S+\Z")


def check_key(header: str | None) -> None:
    """Accepts `Bearer <key>` and Basic with the key as the user; anything but a test key is Stripe's error."""
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
