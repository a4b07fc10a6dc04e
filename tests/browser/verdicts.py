"""Every verdict that staff may see, each brought about as at the door. Tablets stand still in time meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from door_double import DoorDouble, entry
from door_list import PIN
from playwright.sync_api import BrowserContext, Page
from scanner import CODES, FIRST, SECOND, THIRD, expect_verdict, listed, next_ticket, type_code, with_list

FOURTH, _, UNLISTED = CODES[3:6]
A_WHILE = 3
"""How long the server keeps a tablet waiting (s), so that there is something to see."""
Act = Callable[[Page, DoorDouble], None]


def still_page(context: BrowserContext, server: DoorDouble, lang: str) -> Page:
    """A scanner with a list and three places, whose verdicts do not go by themselves."""
    listed(server, permits=3)
    server.list.names = True
    page = context.new_page()
    page.clock.set_fixed_time(datetime.now(UTC))
    return with_list(page, server, lang)


def online_verdicts() -> Iterator[tuple[str, Act]]:
    """What a tablet in contact shows, by name, in this order."""
    yield "checking", _checking
    yield "moment", _moment
    for reason in ("already_inside", "already_used"):
        yield reason, _refused(reason, SECOND, first_entry=entry(4))
    for reason in ("wrong_program", "too_early", "too_late", "revoked"):
        yield reason, _refused(reason, SECOND)
    yield "room_full", _refused("room_full", SECOND, inside=300)
    for reason in ("other_event", "unknown"):
        yield reason, _refused(reason, UNLISTED)
    yield "malformed", _malformed
    yield "go_in", _admitted(FOURTH, ticket={"tier": "EVENT-ONLY", "tier_name": EVENT_ONLY, "sign": 1})
    yield "go_in_named_party", _admitted(FIRST, ticket=NAMED)
    yield "just_scanned_here", _refused("already_inside", FIRST, first_entry=entry(0.1, "A-2", "A"))
    yield "back_in", _admitted(THIRD, reentry=True, first_entry=entry(90))
    yield "let_in_by_hand", _overruled
    yield "out", _left
    yield "not_inside", _not_left
    yield "tablet_off", _revoked


def offline_verdicts() -> Iterator[tuple[str, Act]]:
    """What a tablet with three places shows that has no contact, by name, in this order."""
    yield "offline_not_listed", _alone(UNLISTED, "ask", "undecided")
    yield "offline_go_in", _alone(FIRST, "admit")
    yield "offline_already_inside", _alone(FIRST, "refuse", "already_inside")
    yield "offline_last_place", _last_place
    yield "offline_no_permit", _alone(FOURTH, "ask", "undecided")
    yield "offline_exit", _left


NAMED = {"tier": "1-DAY", "attendee": "山田 花子 Hanako Yamada", "tier_name": {"ja": "1 DAY", "en": "1 DAY"}, "sign": 0}
EVENT_ONLY = {"ja": "イベントのみ", "en": "Event Only"}


def _refused(reason: str, code: str, **more: object) -> Act:
    def act(page: Page, server: DoorDouble) -> None:
        server.refuse(code, reason, **more)
        type_code(page, code)
        expect_verdict(page, "refuse", reason)

    return act


def _admitted(code: str, **more: object) -> Act:
    def act(page: Page, server: DoorDouble) -> None:
        server.admit(code, **more)
        type_code(page, code)
        expect_verdict(page, "admit")

    return act


def _checking(page: Page, server: DoorDouble) -> None:
    server.delay = A_WHILE
    type_code(page, THIRD)
    expect_verdict(page, "checking")
    server.delay = 0


def _moment(page: Page, server: DoorDouble) -> None:
    server.refuse(SECOND, "room_full", inside=296, reserved=4)
    type_code(page, SECOND)
    expect_verdict(page, "checking", "room_full")


def _malformed(page: Page, _: DoorDouble) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("HTTPS://EXAMPLE.COM", delay=1)
    page.keyboard.press("Enter")
    expect_verdict(page, "refuse", "malformed")


def _overruled(page: Page, server: DoorDouble) -> None:
    _refused("already_inside", SECOND, first_entry=entry(20))(page, server)
    page.locator("#verdict-override").click()
    page.locator("[data-reason-key='override.left']").click()
    for digit in PIN:
        page.locator(f"[data-digit='{digit}']").click()
    page.locator("#pin-ok").click()
    expect_verdict(page, "admit")


def _left(page: Page, server: DoorDouble) -> None:
    server.admit(FIRST)
    page.locator("#key-mode").click()
    type_code(page, FIRST)
    expect_verdict(page, "admit")


def _not_left(page: Page, server: DoorDouble) -> None:
    _refused("not_inside", SECOND)(page, server)


def _revoked(page: Page, server: DoorDouble) -> None:
    page.route("**/door/sync", lambda _: None)  # which would tell it first
    server.revoked = True
    type_code(page, THIRD)
    expect_verdict(page, "ask", "device_revoked")


def _alone(code: str, verdict: str, reason: str = "") -> Act:
    def act(page: Page, _: DoorDouble) -> None:
        type_code(page, code)
        expect_verdict(page, verdict, reason)

    return act


def _last_place(page: Page, server: DoorDouble) -> None:
    _alone(SECOND, "admit")(page, server)
    next_ticket(page)
    _alone(THIRD, "admit")(page, server)
