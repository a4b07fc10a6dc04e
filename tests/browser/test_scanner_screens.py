"""How the scanner's screens look and behave: sizes, languages, accessibility, people counted by taps."""

import pytest
from door_double import ROOT, DoorDouble, entry
from playwright.sync_api import BrowserContext, Page, expect
from scanner import FIRST, expect_verdict, pair, type_code

pytestmark = pytest.mark.browser


def test_the_language_changes_without_a_reload(page: Page) -> None:
    page.locator("#key-settings").click()
    page.locator("[data-lang=en]").click()
    page.locator("#settings-close").click()
    expect(page.locator("#mode-name")).to_have_text("WAY IN")
    assert page.locator("html").get_attribute("lang") == "en"


def test_every_key_at_the_door_is_64_pixels_or_more(page: Page) -> None:
    sizes = page.evaluate("""() => [...document.querySelectorAll("#idle .key, #idle input")]
      .map((key) => key.getBoundingClientRect()).filter((box) => box.width)
      .map((box) => Math.min(box.width, box.height))""")
    assert len(sizes) >= 4
    assert min(sizes) >= 64


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_nothing(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/door?lang={lang}")
    assert axe(page) == []
    pair(page, server, lang)
    assert axe(page) == []
    server.refuse(FIRST, "already_inside", first_entry=entry(4))
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "already_inside")
    assert axe(page) == []


def test_all_of_it_is_worked_by_keys_alone(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "revoked")
    reached = [tab(page) for _ in page.locator("#idle :is(button, input):visible:enabled").all()]
    wanted = page.evaluate(CONTROLS)
    assert sorted(reached) == sorted(wanted)
    while tab(page) != "typing-code":
        pass
    page.keyboard.type(FIRST, delay=1)
    page.keyboard.press("Enter")
    expect_verdict(page, "refuse", "revoked")
    expect(page.locator("#verdict-next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_hidden()
    while tab(page) != "key-settings":
        pass
    page.keyboard.press("Space")
    expect(page.locator("#settings")).to_be_visible()
    page.keyboard.press("Escape")
    while tab(page) != "key-mode":
        pass
    page.keyboard.press("Space")
    expect(page.locator("#mode-name")).to_have_text("退場モード")


CONTROLS = """() => [...document.querySelectorAll("#idle :is(button, input)")]
  .filter((control) => control.checkVisibility() && !control.disabled)
  .map((control) => control.id || control.textContent.trim())"""


def tab(page: Page) -> str:
    """Go to the next control; its id or its words."""
    page.keyboard.press("Tab")
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def axe(page: Page) -> list[str]:
    """Run axe-core; return what it finds, with the places."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate("() => axe.run().then((result) => result.violations)")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]


def test_people_without_a_code_are_counted_by_taps(page: Page, server: DoorDouble) -> None:
    page.locator("#key-count").click()
    page.locator("[data-count=guest]").click()
    expect(page.locator("#counting-said")).to_contain_text("場内は188人")
    page.locator("[data-count=left]").click()
    expect(page.locator("#counting-said")).to_contain_text("場内は187人")


def test_a_tap_whose_answer_was_lost_counts_once(page: Page, server: DoorDouble) -> None:
    page.locator("#key-count").click()
    page.route("**/door/count", lambda route: (route.fetch(), route.abort("connectionreset")))
    page.locator("[data-count=staff]").click()
    expect(page.locator("#counting-said")).to_contain_text("二重には数えません", timeout=15_000)
    page.unroute("**/door/count")
    page.locator("[data-count=staff]").click()
    expect(page.locator("#counting-said")).to_contain_text("場内は188人")


def test_a_guest_for_whom_there_is_no_room_is_refused_on_the_whole_screen(page: Page, server: DoorDouble) -> None:
    server.inside = 300
    page.locator("#key-count").click()
    page.locator("[data-count=guest]").click()
    expect_verdict(page, "refuse", "room_full")
    expect(page.locator("#verdict-count")).to_have_text("300 / 300")
