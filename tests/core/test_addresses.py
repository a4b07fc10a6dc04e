"""E-mail addresses: what is taken, in which form it is kept, and how mail servers get it."""

import pytest

from ticketing.core.addresses import on_the_wire, read_email, read_email_once_asked
from ticketing.core.errors import Refused


@pytest.mark.parametrize(
    ("typed", "kept", "wire"),
    [
        (" Hanako@Example.COM ", "Hanako@example.com", "Hanako@example.com"),
        ("hanako@docomo.ne.jp", "hanako@docomo.ne.jp", "hanako@docomo.ne.jp"),
        ("hanako.@docomo.ne.jp", "hanako.@docomo.ne.jp", '"hanako."@docomo.ne.jp'),
        ("ha..na...ko@Docomo.ne.jp", "ha..na...ko@docomo.ne.jp", '"ha..na...ko"@docomo.ne.jp'),
        (".ha-na_ko..@ezweb.ne.jp", ".ha-na_ko..@ezweb.ne.jp", '".ha-na_ko.."@ezweb.ne.jp'),
        ("hanako.@au.com", "hanako.@au.com", '"hanako."@au.com'),
        ('"hanako."@docomo.ne.jp', "hanako.@docomo.ne.jp", '"hanako."@docomo.ne.jp'),
        ("ha--ko-@ezweb.ne.jp", "ha--ko-@ezweb.ne.jp", "ha--ko-@ezweb.ne.jp"),
    ],
)
def test_an_address_is_kept_as_its_owner_knows_it(typed: str, kept: str, wire: str) -> None:
    assert read_email(typed) == kept
    assert on_the_wire(kept) == wire


@pytest.mark.parametrize(
    "typed",
    [
        "hanako.@example.com",
        "ha..nako@gmail.com",
        "hanako.@softbank.ne.jp",
        "@docomo.ne.jp",
        "...@docomo.ne.jp",
        "hana ko.@docomo.ne.jp",
        'hana"ko.@docomo.ne.jp',
        '"@docomo.ne.jp',
        "花子.@docomo.ne.jp",
        "a@b.@docomo.ne.jp",
        "hanako.@docomo.ne.jp.",
        "hanako.\r\nBcc: b@docomo.ne.jp",
        "x" * 64 + ".@docomo.ne.jp",
    ],
)
def test_what_is_broken_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="email_invalid"):
        read_email(typed)


def test_a_slip_behind_an_old_address_is_asked_about() -> None:
    with pytest.raises(Refused) as asked:
        read_email_once_asked({"email": "hanako.@docomo.co.jp"})
    assert (asked.value.code, asked.value.facts["suggestion"]) == ("email_doubtful", "hanako.@docomo.ne.jp")
    taken = {"email": "hanako.@docomo.co.jp", "email_taken": "hanako.@docomo.ne.jp"}
    assert read_email_once_asked(taken) == "hanako.@docomo.ne.jp"
    with pytest.raises(Refused, match="email_invalid"):
        read_email_once_asked({"email": "hanako.@docomo.co.jp", "email_asked": "hanako.@docomo.co.jp"})
