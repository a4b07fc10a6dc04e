"""Passkeys in a real Chromium, with an authenticator that it plays itself (CDP, domain WebAuthn)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import CDPSession, Page, expect

from factories import House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PASSWORD = "correct horse battery"


@pytest.fixture
def at(house: House, address: str) -> str:
    """The house under a name: passkeys are bound to one, and an address of figures is none."""
    named = address.replace("127.0.0.1", "localhost")
    house.app.extensions["ticketing.settings"] = replace(house.app.extensions["ticketing.settings"], public_url=named)
    house.staff()
    return named


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A phone that recognises its owner."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page: Page, at: str) -> None:
    page.goto(f"{at}/staff/login?lang=en")
    page.get_by_label("E-mail").fill("owner@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_made_then_signs_in_after_the_password_and_instead_of_it(
    house: House, visit: Callable[..., Page], at: str
) -> None:
    page = visit("/staff/login")
    wire, phone = authenticator(page)
    sign_in(page, at)
    page.wait_for_url("**/office")
    page.goto(f"{at}/staff/account")
    page.get_by_label("What it is called").fill("My phone")
    page.locator("#passkey-password").fill("not it")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("form.passkey [role=alert]")).to_have_text("This is not your present password.")
    page.locator("#passkey-password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("li strong", has_text="My phone")).to_be_visible()

    page.context.clear_cookies()
    house.clock.advance(timedelta(minutes=1))
    sign_in(page, at)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/office")

    page.context.clear_cookies()
    house.clock.advance(timedelta(minutes=1))
    page.goto(f"{at}/staff/login?lang=en&next=/staff/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")

    page.context.clear_cookies()
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    page.goto(f"{at}/staff/login?lang=en")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("form.passkey [role=alert]")).to_contain_text("Nothing was done with a passkey")


def test_without_script_no_button_stands_there_that_does_nothing(visit: Callable[..., Page], at: str) -> None:
    page = visit("/staff/login?lang=en", java_script_enabled=False)
    expect(page.get_by_role("button")).to_have_text(["Sign in"])
    sign_in(page, at)
    page.wait_for_url("**/office")
