"""The worker: due rows are the work. Any number of workers may run; each row is claimed by a conditional update.

It settles payments (hinted by webhooks, returning buyers, and time), ends orders that were not paid, and sends letters.
Beside that it compares everything with Stripe's books when that is due, and tells programs what happened.
No network call stands inside a transaction.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import Flask, current_app

from ticketing.api import deliveries, noticing, once
from ticketing.core import clock, heartbeat
from ticketing.core.db import reading, writing
from ticketing.core.observe import log
from ticketing.inventory import allotments
from ticketing.mail import outbox
from ticketing.mail.outbox import Composers, NothingToSay
from ticketing.mail.transports import Later, Never, Transport
from ticketing.messages import sending
from ticketing.orders import event_news
from ticketing.payments import asking, calling_off, hints, refund_settle, settle
from ticketing.payments.models import Payment, Refund
from ticketing.payments.outcome import Rejected, Unreachable
from ticketing.payments.reconcile_turns import work_reconcile
from ticketing.privacy import nightly
from ticketing.reports import tally
from ticketing.waiting import offers

PAUSE = 0.25
COMPARE_EVERY = 2.0
TELL_EVERY = 1.0
BEAT_EVERY = timedelta(seconds=8)


def run(app: Flask, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM or Ctrl-C, finishing what is in hand."""
    stop = stop or _stop_on_signals()
    last_beat: datetime | None = None
    with _beside(app, work_reconcile, COMPARE_EVERY), _beside(app, work_hooks, TELL_EVERY):
        while not stop.is_set():
            with app.app_context():
                now = clock.now()
                if last_beat is None or not timedelta(0) <= now - last_beat < BEAT_EVERY:
                    attempt(_beat)
                    last_beat = now
                busy = tick()
            if not busy:
                stop.wait(PAUSE)


@contextmanager
def _beside(app: Flask, work: Callable[[], int], pause: float) -> Iterator[None]:
    """Work on something beside everything else: comparing with Stripe's books, or waiting for programs of others, may
    take minutes, and nobody's tickets shall wait for it.

    What is in hand at the end is broken off, and done again by whoever works next.
    """
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(pause):
            with app.app_context():
                while attempt(work) and not over.is_set():
                    pass

    thread = threading.Thread(target=go_on, name=work.__name__, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=pause)


def tick() -> bool:
    """One round over everything that is due; True when there was something."""
    done = [attempt(work) for work in WORK]
    return any(done)


def attempt(work: Callable[[], int]) -> int:
    """Do a piece of work; a fault in one must not stop the others, and is logged here, at the edge."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 (the worker's edge)
        log.error("worker", work=work.__name__, error=type(error).__name__, exc_info=error)
        return 0


def work_events() -> int:
    """Settle what webhooks hinted at."""
    return hints.work()


def work_payments() -> int:
    """Ask Stripe about payments whose time has come: returned buyers, ended holds, lost answers."""
    return _ask_stripe(Payment, settle.settle)


def work_refunds() -> int:
    """Send refunds to Stripe, and ask what became of those on their way."""
    return _ask_stripe(Refund, refund_settle.settle)


def _ask_stripe(table: asking.Asked, settle_one: Callable[[str, datetime], None]) -> int:
    """Settle what is due. Each is put off first: one that cannot be settled, or kills us, does not keep the others."""
    with reading() as session:
        due = asking.due(session, table, clock.now())
    for key in due:
        with writing() as session:
            asking.put_off(session, table, key, clock.now())
        try:
            settle_one(key, clock.now())
        except (Unreachable, Rejected) as error:
            log.warning("unsettled", table=table.__tablename__, key=key, error=type(error).__name__)
    return len(due)


def work_reminders() -> int:
    """Remind of events that are near."""
    return event_news.work_reminders(clock.now())


def work_canceled() -> int:
    """Give the money back for events that were called off."""
    return calling_off.work(clock.now())


def work_waiting() -> int:
    """Free what was set aside for long enough, and offer what became free to those who wait."""
    return allotments.work(clock.now()) + offers.work(clock.now())


def work_tallies() -> int:
    """Sum up the hours that are over, for the figures."""
    return tally.work(clock.now())


def work_hooks() -> int:
    """Notice what programs want to be told, and tell them; forget what programs ask for no more."""
    now = clock.now()
    return noticing.work(now) + deliveries.work() + deliveries.tidy(now) + once.tidy(now)


def work_messages() -> int:
    """Queue the letters of messages that are being sent."""
    return sending.work(clock.now())


def work_letters() -> int:
    """Send what is in the outbox."""
    with reading() as session:
        ids = outbox.due(session, clock.now())
    return sum(_send(letter_id, clock.now()) for letter_id in ids)


def _send(letter_id: str, now: datetime) -> int:
    composers: Composers = current_app.extensions["ticketing.composers"]
    transport: Transport = current_app.extensions["ticketing.transport"]
    sender = str(current_app.config["MAIL_SENDER"])
    with writing() as session:
        letter = outbox.claim(session, letter_id, now)
    if letter is None:
        return 0
    try:
        with reading() as session:
            draft = composers[letter.kind](session, letter)
        transport.send(outbox.write(letter, draft, sender, now), letter.id)
    except NothingToSay:
        with writing() as session:
            outbox.drop(session, letter)
    except Never as error:
        with writing() as session:
            outbox.give_up(session, letter, str(error))
    except Later as error:
        with writing() as session:
            outbox.put_off(session, letter, clock.now(), str(error))
    except Exception as error:  # noqa: BLE001 (a letter that cannot be written fails in the end, and stops no other)
        log.error("letter", letter=letter.id, error=type(error).__name__, exc_info=error)
        with writing() as session:
            outbox.put_off(session, letter, clock.now(), type(error).__name__)
    else:
        with writing() as session:
            outbox.sent(session, letter.id, clock.now())
    return 1


def work_purge() -> int:
    """Erase the personal data that had its time, once each night."""
    return nightly.work(clock.now())


WORK = (
    work_events,
    work_payments,
    work_canceled,
    work_refunds,
    work_waiting,
    work_reminders,
    work_messages,
    work_letters,
    work_tallies,
    work_purge,
)


def _beat() -> int:
    with writing() as session:
        heartbeat.beat(session, "worker", clock.now())
    return 1


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
