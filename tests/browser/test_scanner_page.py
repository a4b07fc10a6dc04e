"""The scanner page in a real Chromium: what staff see for each answer, and what the page sends."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from door_double import PAIRING_CODE, ROOT, DoorDouble, build_assets, entry, serve_double
from fake_camera import Picture, camera_arguments, write_clip
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from ticketing.door.screen_texts import screen_texts
from ticketing.tickets import qr

pytestmark = pytest.mark.browser

VECTORS = json.loads((ROOT / "tests" / "vectors" / "codes.json").read_text(encoding="utf-8"))
FIRST, SECOND, THIRD = (row["code"] for row in VECTORS["valid"][:3])
CHROMIUM = {"executable_path": "/usr/bin/chromium"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NO_CAMERA = [*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"]
"""Typing and keys are tested without a picture, so that nothing else is scanned meanwhile."""

SIZES = {"phone": (390, 844), "portrait": (820, 1180), "landscape": (1180, 820), "flat phone": (844, 390)}


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(**CHROMIUM, args=NO_CAMERA) as running:
        yield running


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("door-assets")
    build_assets(folder)
    return folder


@pytest.fixture
def server(assets: Path) -> Iterator[DoorDouble]:
    with serve_double(DoorDouble(assets)) as double:
        yield double


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 820, "height": 1180}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, server: DoorDouble) -> Page:
    return pair(context.new_page(), server)


def pair(page: Page, server: DoorDouble, lang: str = "ja") -> Page:
    """Open the scanner, pair it as A-2 and wait for the idle screen."""
    page.goto(f"{server.url}/door?lang={lang}")
    page.locator("[name=name]").fill("A-2")
    page.locator("[name=pairing]").fill(PAIRING_CODE)
    page.locator("[name=pairing]").press("Enter")
    expect(page.locator("#typing-code")).to_be_visible()
    return page


def type_code(page: Page, code: str) -> None:
    page.locator("[name=code]").fill(code)
    page.locator("[name=code]").press("Enter")


def expect_verdict(page: Page, verdict: str, reason: str = "") -> None:
    shown = page.locator(f"#verdict[data-verdict={verdict}][data-reason='{reason}']")
    expect(shown).to_be_visible(timeout=15_000)


def next_ticket(page: Page) -> None:
    page.locator("#verdict-next").click()
    expect(page.locator("#verdict")).to_be_hidden()


def ticket_image(text: str, version: int = 2) -> Picture:
    """A picture of the code on white paper."""
    if version == 2:
        encoded = qr.png(text, scale=10)
        return np.asarray(cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)
    drawn = cv2.QRCodeEncoder.create().encode(text)
    return np.asarray(cv2.resize(drawn, None, fx=10, fy=10, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


@pytest.fixture
def film(playwright: Playwright, server: DoorDouble, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a paired scanner whose camera sees the given pictures."""
    opened: list[Browser] = []

    def show(*images: Picture, **timing: float) -> Page:
        clip = write_clip(tmp_path / "film.mjpeg", images, **timing)
        opened.append(playwright.chromium.launch(**CHROMIUM, args=[*ARGUMENTS, *camera_arguments(clip)]))
        page = opened[-1].new_page()
        page.add_init_script(RECORD_VERDICTS)
        return pair(page, server)

    yield show
    for one in opened:
        one.close()


RECORD_VERDICTS = """
  window.verdicts = [];
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("verdict");
    new MutationObserver(() => {
      const { verdict, reason } = root.dataset;
      if (verdict && verdict !== "checking") window.verdicts.push(`${verdict} ${reason}`.trim());
    }).observe(root, { attributes: true, attributeFilter: ["data-verdict"] });
  });
"""


def test_the_camera_reads_each_ticket_of_a_film_in_order(server: DoorDouble, film: Callable[..., Page]) -> None:
    server.admit(FIRST)
    server.refuse(SECOND, "already_inside", first_entry=entry(4))
    page = film(ticket_image(FIRST), ticket_image(SECOND))
    expect_verdict(page, "refuse", "already_inside")
    assert [scan["code"] for scan in server.scans] == [FIRST, SECOND]
    assert page.evaluate("window.verdicts") == ["admit", "refuse already_inside"]


def test_a_foreign_code_is_refused_unsent_and_does_not_stop_the_next(
    server: DoorDouble, film: Callable[..., Page]
) -> None:
    server.admit(FIRST)
    page = film(ticket_image("https://example.org/menu", version=3), ticket_image(FIRST))
    expect_verdict(page, "admit")
    assert page.evaluate("window.verdicts")[:2] == ["refuse malformed", "admit"]
    assert {scan["code"] for scan in server.scans} == {FIRST}


def test_a_ticket_that_stays_in_view_is_asked_about_once(server: DoorDouble, film: Callable[..., Page]) -> None:
    server.admit(FIRST)
    page = film(ticket_image(FIRST), empty=0.5, held=8, gap=0)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_be_hidden()
    page.wait_for_timeout(4000)
    assert len(server.scans) == 1


def test_nothing_is_asked_of_another_origin_and_the_policy_is_kept(
    server: DoorDouble, film: Callable[..., Page]
) -> None:
    server.admit(FIRST)
    page = film(ticket_image(FIRST))
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.locator("#start-shift").click()
    expect_verdict(page, "admit")
    assert {url.split("/")[2] for url in asked} == {server.url.split("/")[2]}
    assert said == []


@pytest.mark.parametrize("row", VECTORS["normalize"], ids=lambda row: row["why"])
def test_codes_are_read_as_in_python(page: Page, server: DoorDouble, row: dict[str, str]) -> None:
    server.admit(row["code"])
    page.evaluate(TYPE_RAW, row["text"])
    expect_verdict(page, "admit")
    assert server.scans[-1]["code"] == row["code"]


TYPE_RAW = """text => {
  document.querySelector("[name=code]").value = text;
  document.getElementById("typing-form").requestSubmit();
}"""


@pytest.mark.parametrize("row", VECTORS["malformed"], ids=lambda row: row["why"])
def test_a_typing_fault_is_told_before_anything_is_asked(page: Page, server: DoorDouble, row: dict[str, str]) -> None:
    page.evaluate(TYPE_RAW, row["text"])
    expect(page.locator("#typing-fault")).to_be_visible()
    told = page.locator("#typing-fault").text_content() or ""
    fault = row["fault"] if row["text"].strip() and len(row["text"]) < 290 else "empty"
    assert told.startswith(screen_texts()["ja"][f"typing.{fault}"].split("{n}")[0].replace("{of}", "29"))
    assert server.scans == []


def test_a_re_entry_reads_back_in(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST, first_entry=entry(90))
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("再入場OK")


def test_a_first_entry_reads_go_in_also_when_its_own_time_comes_back(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST, first_entry=entry(0))
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("入場OK")


def test_already_inside_says_when_where_and_on_which_tablet(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "already_inside", first_entry=entry(4))
    server.refuse(SECOND, "already_inside", first_entry=entry(70, device="A-2"))
    type_code(page, FIRST)
    expect(page.locator("#verdict-fact")).to_have_text(re.compile(r"\d\d:\d\d:\d\d ゲートBで入場\(4分前・別の端末\)"))
    next_ticket(page)
    type_code(page, SECOND)
    expect(page.locator("#verdict-fact")).to_have_text(re.compile(r"\(1時間10分前・この端末\)"))


def test_a_code_shown_again_where_it_was_just_let_in_is_called_just_scanned(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    next_ticket(page)
    server.refuse(FIRST, "already_inside", first_entry=entry(0, device="A-2"))
    type_code(page, FIRST)
    expect(page.locator("#verdict-fact")).to_contain_text("読み取ったばかり")


def test_room_full_shows_the_count(page: Page, server: DoorDouble) -> None:
    server.refuse(FIRST, "room_full", inside=300)
    type_code(page, FIRST)
    expect(page.locator("#verdict-count")).to_have_text("300 / 300")


REASONS = [
    "already_inside",
    "already_used",
    "not_inside",
    "room_full",
    "wrong_program",
    "too_early",
    "too_late",
    "revoked",
    "other_event",
    "unknown",
]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_reason_has_a_word_a_fact_and_advice(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = pair(context.new_page(), server, lang)
    for n, reason in enumerate(REASONS):
        code = VECTORS["valid"][n % 6]["code"]
        server.refuse(code, reason)
        type_code(page, code)
        expect_verdict(page, "refuse", reason)
        for part in ("word", "other", "fact", "advice"):
            expect(page.locator(f"#verdict-{part}")).not_to_be_empty()
        expect(page.locator("#verdict-said")).to_contain_text(page.locator("#verdict-word").text_content() or "-")
        next_ticket(page)


def test_an_ok_clears_itself_and_a_refusal_waits_to_be_tapped(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.refuse(SECOND, "revoked")
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_be_hidden()
    type_code(page, SECOND)
    expect_verdict(page, "refuse", "revoked")
    page.wait_for_timeout(1500)
    expect(page.locator("#verdict")).to_be_visible()
    next_ticket(page)


def test_a_lost_answer_is_asked_for_again_under_the_same_id(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    page.route("**/door/scan", lambda route: lose_answer_once(route))
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    assert len(server.scans) == 2
    assert len({scan["id"] for scan in server.scans}) == 1


def lose_answer_once(route: Any) -> None:
    """The server hears the call; its answer never arrives."""
    route.fetch()
    route.request.frame.page.unroute("**/door/scan")
    route.abort("connectionreset")


def test_without_connection_nothing_turns_green_until_the_server_answers(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    page.route("**/api/**", lambda route: route.abort("internetdisconnected"))
    type_code(page, FIRST)
    expect_verdict(page, "ask", "undecided")
    expect(page.locator("#verdict [data-status=link]")).to_contain_text("オフライン")
    page.unroute("**/api/**")
    expect_verdict(page, "admit")
    expect(page.locator("#verdict [data-status=link]")).to_have_text("オンライン")


def test_a_question_that_was_tapped_away_is_asked_again_under_its_id(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.failing = 1000
    type_code(page, FIRST)
    expect_verdict(page, "ask", "undecided")
    next_ticket(page)
    server.failing = 0
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    assert len({scan["id"] for scan in server.scans}) == 1


def test_a_slow_answer_shows_checking_first(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.delay = 1
    type_code(page, FIRST)
    expect_verdict(page, "checking")
    expect_verdict(page, "admit")


def test_the_way_out_sends_exits_and_looks_different(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    page.locator("#key-mode").click()
    expect(page.locator("#mode-name")).to_have_text("退場モード")
    type_code(page, FIRST)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict-word")).to_have_text("退場OK")
    assert server.scans[0]["kind"] == "exit"


def test_a_scanner_that_types_is_heard_whatever_the_keyboard_layout(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    press(page, FIRST, gap=0)
    expect_verdict(page, "admit")
    press(page, FIRST, gap=0)
    expect(page.locator("#verdict")).to_be_hidden()
    assert [scan["code"] for scan in server.scans] == [FIRST]


def test_a_person_who_types_into_nothing_is_not_a_scanner(page: Page, server: DoorDouble) -> None:
    press(page, FIRST[:12], gap=120)
    expect(page.locator("#verdict")).to_be_hidden()
    assert page.locator("#history li").count() == 0


def press(page: Page, text: str, gap: int) -> None:
    """Press keys by place, as a scanner on a Japanese input method does: `key` says nothing."""
    page.evaluate(PRESS, [text, gap])


PRESS = """async ([text, gap]) => {
  const down = (code) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { code, key: "Process", bubbles: true, cancelable: true }));
  for (const character of text) {
    down(/[0-9]/.test(character) ? `Digit${character}` : `Key${character}`);
    if (gap) await new Promise((resolve) => setTimeout(resolve, gap));
  }
  down("Enter");
}"""


def test_a_revoked_tablet_is_told_and_goes_back_to_pairing(page: Page, server: DoorDouble) -> None:
    server.revoked = True
    type_code(page, FIRST)
    expect(page.locator("#pairing-fault")).to_contain_text("登録は取り消されました", timeout=15_000)
    expect(page.locator("[name=pairing]")).to_be_visible()


def test_a_pairing_code_that_does_not_work_is_told_and_kept(context: BrowserContext, server: DoorDouble) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/door?lang=en")
    page.locator("[name=pairing]").fill("WRONG-1")
    page.locator("#pairing-send").click()
    expect(page.locator("#pairing-fault")).to_contain_text("over 15 minutes old")
    expect(page.locator("[name=pairing]")).to_have_value("WRONG-1")


def test_a_paired_tablet_starts_its_shift_with_one_tap(page: Page, server: DoorDouble) -> None:
    page.reload()
    page.locator("#start-shift").click()
    expect(page.locator("#idle [data-status=inside]")).to_have_text("187 / 300")
    expect(page.locator("#idle [data-status=tablet]")).to_have_text("端末 A-2")


def test_the_language_changes_without_a_reload(page: Page) -> None:
    page.locator("#key-settings").click()
    page.locator("[data-lang=en]").click()
    page.locator("#settings-close").click()
    expect(page.locator("#mode-name")).to_have_text("WAY IN")
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_verdicts_fit_every_screen(context: BrowserContext, server: DoorDouble, size: str, lang: str) -> None:
    width, height = SIZES[size]
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    pair(page, server, lang)
    for n, reason in enumerate(REASONS):
        code = VECTORS["valid"][n % 6]["code"]
        server.refuse(code, reason, first_entry=entry(100))
        type_code(page, code)
        expect_verdict(page, "refuse", reason)
        assert page.evaluate(OVERFLOW) == [], reason
        next_ticket(page)


OVERFLOW = """() => [...document.querySelectorAll("#verdict *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const out = box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1;
  return out || (element.matches(".verdict-face") && element.scrollHeight > element.clientHeight + 1);
}).map((element) => element.id || element.className)"""


def test_every_key_at_the_door_is_64_pixels_or_more(page: Page) -> None:
    sizes = page.evaluate("""() => [...document.querySelectorAll("#idle .key, #idle input")]
      .map((key) => key.getBoundingClientRect()).filter((box) => box.width)
      .map((box) => Math.min(box.width, box.height))""")
    assert len(sizes) >= 4
    assert min(sizes) >= 64


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_nothing_on_pairing_idle_and_verdict(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/door?lang={lang}")
    assert axe(page) == []
    pair(page, server, lang)
    assert axe(page) == []
    server.refuse(FIRST, "already_inside", first_entry=entry(4))
    type_code(page, FIRST)
    expect_verdict(page, "refuse", "already_inside")
    assert axe(page) == []


def axe(page: Page) -> list[str]:
    """Run axe-core; return what it finds, with the places."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate("() => axe.run().then((result) => result.violations)")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]
