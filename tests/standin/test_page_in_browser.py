"""The hosted page in a real browser: its policy lets it work, and nothing leaves the machine."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from stripe_shop import Shop

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    yield phone.new_page()
    phone.close()


def test_a_buyer_pays_on_a_phone(shop: Shop, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda call: asked.append(call.url))
    session = shop.session(locale="en", success_url=shop.base + "/healthz?session={CHECKOUT_SESSION_ID}")
    page.goto(str(session.url))
    page.get_by_label("Convenience store").check()
    expect(page.get_by_label("Card number")).to_be_hidden()
    expect(page.get_by_label("Confirmation number")).to_be_visible()
    page.get_by_label("Card", exact=True).check()
    page.get_by_label("Card number").fill("4000 0000 0000 3220")
    page.get_by_label("Expiry (MM/YY)").fill("12/34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay ¥8,000").click()
    page.get_by_role("button", name="Yes, confirm").click()
    page.wait_for_url(f"**/healthz?session={session.id}")
    assert all(url.startswith(shop.base) for url in asked)
    assert shop.look(session).payment_status == "paid"


def test_a_fault_takes_the_focus_and_fits_the_phone(shop: Shop, page: Page) -> None:
    page.goto(str(shop.session(locale="ja").url))
    page.get_by_role("button", name="8,000円を支払う").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.locator("[aria-invalid=true]").count() == 3
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= 390
