"""What the scanner does with the tablet: its cameras and lamp, its screen, its sound and its motor."""

import pytest
from door_double import DoorDouble, entry
from playwright.sync_api import BrowserContext, Page, expect
from scanner import CODES, FIRST, SECOND, expect_verdict, next_ticket, pair, type_code
from test_scanner_screens import axe

pytestmark = pytest.mark.browser

TABLET = """
  window.asked = [];
  window.lamp = [];
  window.awake = 0;
  window.shaken = [];
  window.heard = [];
  const cameras = ["front", "back"].map((deviceId) => ({ deviceId, kind: "videoinput", label: deviceId }));
  navigator.mediaDevices.enumerateDevices = async () => cameras;
  navigator.mediaDevices.getUserMedia = async ({ video }) => {
    window.asked.push(video.deviceId?.exact ?? video.facingMode.ideal);
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    canvas.getContext("2d").fillRect(0, 0, 640, 480);
    const stream = canvas.captureStream(10);
    const [track] = stream.getVideoTracks();
    const deviceId = video.deviceId?.exact ?? "back";
    track.getSettings = () => ({ deviceId });
    track.getCapabilities = () => (deviceId === "back" ? { torch: true } : {});
    track.applyConstraints = async ({ advanced }) => { window.lamp.push(advanced[0].torch); };
    return stream;
  };
  navigator.wakeLock.request = async () => {
    window.awake += 1;
    return { release: async () => { window.awake -= 1; } };
  };
  navigator.vibrate = (pattern) => { window.shaken.push(pattern.join("-")); return true; };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    window.heard.push(`${this.type} ${this.frequency.value}`);
    return start.call(this, at);
  };
"""


@pytest.fixture
def tablet(context: BrowserContext, server: DoorDouble) -> Page:
    """A scanner on a tablet with two cameras, a lamp at the one on the back, and a motor."""
    page = context.new_page()
    page.add_init_script(TABLET)
    pair(page, server)
    expect(page.locator("#camera-frame")).to_have_attribute("data-state", "live")
    return page


def test_the_camera_on_the_back_comes_first_and_the_chosen_one_is_remembered(tablet: Page) -> None:
    assert tablet.evaluate("window.asked") == ["environment"]
    tablet.get_by_role("button", name="カメラ切\u2060替").click()
    tablet.wait_for_function("window.asked.length === 2")
    assert tablet.evaluate("window.asked") == ["environment", "front"]
    expect(tablet.locator("#camera-frame")).to_have_attribute("data-state", "live")
    tablet.reload()
    tablet.locator("#start-shift").click()
    expect(tablet.locator("#camera-frame")).to_have_attribute("data-state", "live")
    assert tablet.evaluate("window.asked") == ["front"]


def test_the_lamp_has_a_key_where_there_is_one(tablet: Page) -> None:
    key = tablet.get_by_role("button", name="ライト")
    for lit in ("true", "false"):
        key.click()
        expect(key).to_have_attribute("aria-pressed", lit)
    assert tablet.evaluate("window.lamp") == [True, False]
    assert axe(tablet) == []
    tablet.get_by_role("button", name="カメラ切\u2060替").click()
    expect(key).to_be_hidden()


def test_the_screen_stays_on_for_the_shift_and_after_a_change_of_tab(tablet: Page) -> None:
    assert tablet.evaluate("window.awake") == 1
    tablet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert tablet.evaluate("window.awake") == 2
    tablet.locator("#key-settings").click()
    tablet.locator("#end-shift").click()
    assert tablet.evaluate("window.awake") == 1


def test_every_kind_of_verdict_has_a_sound_and_a_beat_of_its_own(tablet: Page, server: DoorDouble) -> None:
    server.admit(CODES[0])
    server.admit(CODES[1], reentry=True, first_entry=entry(90))
    server.refuse(CODES[2], "already_inside", first_entry=entry(4))
    server.refuse(CODES[3], "revoked")
    server.refuse(CODES[4], "room_full", inside=300)
    server.refuse(CODES[5], "not_inside")
    sounds, beats = [], []
    for code in CODES[:6]:
        tablet.evaluate("window.heard = []; window.shaken = []")
        type_code(tablet, code)
        expect(tablet.locator("#verdict[data-verdict]:not([data-verdict=checking])")).to_be_visible()
        sounds.append(tablet.evaluate("window.heard.join()"))
        beats.append(tablet.evaluate("window.shaken.at(-1)"))
        next_ticket(tablet)
    assert len(set(sounds)) == 6, sounds
    assert beats == ["80", "80", "280-120-280", "90-70-90-70-90", "700", "140-90-140"]


def test_way_in_and_way_out_are_told_apart_by_ear_and_by_shape(tablet: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    server.admit(SECOND)
    looks = []
    for code in (FIRST, SECOND):
        tablet.evaluate("window.heard = []")
        type_code(tablet, code)
        expect_verdict(tablet, "admit")
        frame = tablet.locator("#verdict").evaluate("(element) => getComputedStyle(element).borderTopStyle")
        sign = tablet.locator("#verdict-sign use").get_attribute("href")
        looks.append((tablet.evaluate("window.heard.join()"), frame, sign))
        next_ticket(tablet)
        tablet.locator("#key-mode").click()
    assert all(one != other for one, other in zip(*looks, strict=True))
