"""Signed events: retried until they are taken, and every fault that can be asked for."""

from stripe_shop import Shop, wait_until

COMPLETED = "checkout.session.completed"


def undelivered(shop: Shop) -> list[str]:
    """The sessions whose event has not arrived."""
    events = shop.stripe.v1.events.list({"delivery_success": False, "type": COMPLETED})
    return [event.data.object["id"] for event in events.data]


def test_a_webhook_that_answers_500_is_tried_again(shop: Shop) -> None:
    shop.hook.status = 500
    session = shop.paid()
    shop.hook.wait(session.id, COMPLETED)
    assert session.id in undelivered(shop)
    shop.hook.status = 200
    assert shop.hook.wait(session.id, COMPLETED, COMPLETED) == [COMPLETED, COMPLETED]
    assert len({event.id for event in shop.hook.about(session.id)}) == 1
    wait_until(lambda: session.id not in undelivered(shop))


def test_a_redirect_is_no_success(shop: Shop) -> None:
    shop.hook.status = 302
    session = shop.paid()
    shop.hook.wait(session.id, COMPLETED)
    shop.hook.status = 200
    shop.hook.wait(session.id, COMPLETED, COMPLETED)


def test_a_dropped_event_never_comes_but_can_be_listed(shop: Shop) -> None:
    shop.control("webhooks", mode="drop", count=1)
    lost, kept = shop.paid(), shop.paid()
    shop.hook.wait(kept.id, COMPLETED)
    assert lost.id in undelivered(shop)
    shop.control("webhooks", mode="normal")
    assert shop.hook.about(lost.id) == []


def test_an_event_may_come_twice(shop: Shop) -> None:
    shop.control("webhooks", mode="duplicate", count=1)
    session, other = shop.paid(), shop.paid()
    shop.hook.wait(session.id, COMPLETED, COMPLETED)
    shop.hook.wait(other.id, COMPLETED)
    assert len({event.id for event in shop.hook.about(session.id)}) == 1
    assert len(shop.hook.about(other.id)) == 1


def test_an_event_may_come_late(shop: Shop) -> None:
    shop.control("webhooks", mode="delay", count=1, delay_ms=1500)
    late, prompt = shop.paid(), shop.paid()
    shop.hook.wait(late.id, COMPLETED)
    order = [event.data.object["id"] for event in shop.hook.came if event.data.object["id"] in (late.id, prompt.id)]
    assert order == [prompt.id, late.id]


def test_events_may_come_in_reverse(shop: Shop) -> None:
    shop.control("webhooks", mode="reorder", count=3)
    made = [shop.paid().id for _ in range(3)]
    shop.hook.wait(made[0], COMPLETED)
    came = [event.data.object["id"] for event in shop.hook.came]
    assert [session for session in came if session in made] == made[::-1]


def test_a_mode_without_count_holds_until_the_next_call(shop: Shop) -> None:
    shop.control("webhooks", mode="reorder")
    made = [shop.paid().id for _ in range(2)]
    assert [event for event in shop.hook.came if event.data.object["id"] in made] == []
    shop.control("webhooks", mode="normal")
    shop.hook.wait(made[0], COMPLETED)


def test_an_unknown_mode_is_refused(shop: Shop) -> None:
    answer = shop.http.post(f"{shop.base}/_control/webhooks", json={"mode": "chaos"}, timeout=20)
    assert answer.status_code == 400
