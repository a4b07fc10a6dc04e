"""Slips in e-mail addresses: what is asked about, and what is left alone."""

import pytest

from ticketing.core.typos import DOMAINS, suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.co.jp", "gmail.com"),
        ("GMIAL.COM", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("docomo.co.jp", "docomo.ne.jp"),
        ("docomo.ne.jo", "docomo.ne.jp"),
        ("dokomo.ne.jp", "docomo.ne.jp"),
        ("docmo.nejp", "docomo.ne.jp"),
        ("ezewb.ne.jp", "ezweb.ne.jp"),
        ("ezweb.co.jp", "ezweb.ne.jp"),
        ("sotfbank.ne.jp", "softbank.ne.jp"),
        ("i.sofbank.jp", "i.softbank.jp"),
        ("yaho.co.jp", "yahoo.co.jp"),
        ("yahoo.co.jo", "yahoo.co.jp"),
        ("iclould.com", "icloud.com"),
        ("icloud.co.jp", "icloud.com"),
        ("hotmial.com", "hotmail.com"),
        ("au.con", "au.com"),
    ],
)
def test_a_slip_is_seen(typed: str, meant: str) -> None:
    assert suggestion(f"Hanako+tickets@{typed}") == f"Hanako+tickets@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *DOMAINS,
        "example.com",
        "pacificvoice.co.jp",
        "tokyo.ac.jp",
        "mail.example.co.jp",
        "xn--wgv71a119e.jp",
        "ntt.com",
        "ibm.com",
        "sony.com",
        "u-tokyo.ac.jp",
        "nhk.or.jp",
    ],
)
def test_what_is_right_or_unknown_is_left_alone(domain: str) -> None:
    assert suggestion(f"hanako@{domain}") == ""


@pytest.mark.parametrize("typed", ["", "@", "hanako", "@gmial.com", "hanako@", "hanako@" + "x" * 5000, "a@b"])
def test_what_is_no_address_is_left_alone(typed: str) -> None:
    assert suggestion(typed) == ""
