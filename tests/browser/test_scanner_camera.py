"""Tickets held before the camera: a film plays in Chromium's fake camera, the worker reads it, the page asks."""

from collections.abc import Callable

import pytest
from door_double import DoorDouble, entry
from playwright.sync_api import Page, expect
from scanner import FIRST, SECOND, expect_verdict, foreign_image, ticket_image

pytestmark = pytest.mark.browser
Film = Callable[..., Page]


def test_the_camera_reads_each_ticket_of_a_film_in_order(server: DoorDouble, film: Film) -> None:
    server.admit(FIRST)
    server.refuse(SECOND, "already_inside", first_entry=entry(4))
    page = film(ticket_image(FIRST), ticket_image(SECOND))
    expect_verdict(page, "refuse", "already_inside")
    assert [scan["code"] for scan in server.scans] == [FIRST, SECOND]
    assert page.evaluate("window.verdicts") == ["admit", "refuse already_inside"]


def test_a_foreign_code_is_refused_unsent_and_does_not_stop_the_next(server: DoorDouble, film: Film) -> None:
    server.admit(FIRST)
    page = film(foreign_image("https://example.org/menu"), ticket_image(FIRST))
    expect_verdict(page, "admit")
    assert page.evaluate("window.verdicts")[:2] == ["refuse malformed", "admit"]
    assert {scan["code"] for scan in server.scans} == {FIRST}


def test_a_ticket_that_stays_in_view_is_asked_about_once(server: DoorDouble, film: Film) -> None:
    server.admit(FIRST)
    page = film(ticket_image(FIRST), empty=0.5, held=8, gap=0)
    expect_verdict(page, "admit")
    expect(page.locator("#verdict")).to_be_hidden()
    page.wait_for_timeout(4000)
    assert len(server.scans) == 1


def test_nothing_is_asked_of_another_origin_and_the_policy_is_kept(server: DoorDouble, film: Film) -> None:
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


def test_reading_recovers_when_the_decoder_could_not_be_fetched(server: DoorDouble, film: Film) -> None:
    server.admit(FIRST)
    page = film(ticket_image(FIRST))
    page.context.route("**/*.wasm", lambda route: route.abort(), times=2)
    page.reload()
    page.locator("#start-shift").click()
    expect_verdict(page, "admit")


def test_the_camera_is_asked_for_once_and_again_when_its_picture_ends(server: DoorDouble, film: Film) -> None:
    page = film(foreign_image("https://example.org/menu"), empty=30)
    page.add_init_script(COUNT_CAMERAS)
    page.reload()
    page.locator("#start-shift").click()
    expect(page.locator("#camera-frame")).to_have_attribute("data-state", "live")
    page.locator("#key-mode").click()
    assert page.evaluate("window.camerasAsked") == 1
    page.evaluate("document.getElementById('camera').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.locator("#camera-frame")).to_have_attribute("data-state", "live")
    assert page.evaluate("window.camerasAsked") == 2


COUNT_CAMERAS = """
  window.camerasAsked = 0;
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => { window.camerasAsked += 1; return ask(wanted); };
"""
