"""A whole house as its user starts it: `ticketing serve` in an empty folder, real processes, nothing patched."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

SLUG = "future-of-filmmaking-with-ai"
START_SECONDS = 60
WAIT_SECONDS = 30
PARAMETERS = ("STRIPE_", "DATABASE_", "TICKETING_", "PUBLIC_URL", "SECRET_KEY", "SMTP_", "PORT")


@dataclass
class Running:
    """Addresses and log-ins of a started house, as it printed them."""

    instance: Path
    environment: dict[str, str]
    url: str
    standin: str
    inbox: str
    pairing: str
    logins: dict[str, str]
    text: str
    process: subprocess.Popen[str]

    def command(self, *arguments: str, **options: Any) -> str:
        """Run `ticketing …` with the same environment; what it printed."""
        command = [sys.executable, "-m", "ticketing", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, **options)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@contextmanager
def running(instance: Path, *options: str, **environment: str) -> Iterator[Running]:
    """Start a house, with options of `serve`, wait until it has printed where everything is, and end it by Ctrl-C."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PARAMETERS)}
    env = {**clean, "TICKETING_INSTANCE": str(instance), "WEB_PROCESSES": "1", **environment}
    log = (instance.parent / f"serve-{uuid.uuid4().hex[:6]}.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "ticketing", "serve", *options], env=env, stdout=log, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _read(instance, env, process, _printed(log.name, process))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, Path(log.name).read_text()
        log.close()


def _printed(log: str, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = Path(log).read_text()
        if "Ctrl-C ends everything." in text:
            return text
        assert process.poll() is None, text
        time.sleep(0.05)
    raise AssertionError(f"serve did not start:\n{Path(log).read_text()}")


def _read(instance: Path, env: dict[str, str], process: subprocess.Popen[str], text: str) -> Running:
    def found(pattern: str) -> str:
        match = re.search(pattern, text)
        assert match, f"{pattern} in:\n{text}"
        return match[1]

    logins = dict(re.findall(r"log-in\s+(\S+)\s+(\S+)", text))
    return Running(
        instance=instance,
        environment=env,
        url=found(r"buyers\s+(https?://[^/]+)/e/"),
        standin=found(r"Stripe at (http://\S+)"),
        inbox=found(r"letters\s+(http://\S+)"),
        pairing=found(r"pairing code (\S+)"),
        logins=logins,
        text=text,
        process=process,
    )


def fields(page: str) -> dict[str, str]:
    """What a form would send as it stands: its inputs that have a value, and its selects."""
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name and 'type="submit"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def pay(browser: requests.Session, page_url: str, card: str = "4242424242424242") -> requests.Response:
    """Fill in the hosted payment page as a buyer would."""
    page = browser.get(page_url, timeout=20)
    assert page.status_code == 200
    action = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    target = urljoin(page.url, unescape(action[1])) if action and action[1] else page.url
    filled = {**fields(page.text), "method": "card", "card_number": card, "exp": "12/34", "cvc": "123"}
    return browser.post(target, data=filled, timeout=20)


def wait_until(check: Any, what: str) -> Any:
    """Ask again until it is so; the processes need their moment."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"it never came true: {what}")


@dataclass
class DoorTablet:
    """A tablet at the door, as a program over HTTP."""

    url: str
    token: str
    facts: dict[str, Any]

    @classmethod
    def pair(cls, url: str, code: str, name: str) -> DoorTablet:
        answer = requests.post(f"{url}/api/v1/door/pair", json={"code": code, "name": name}, timeout=20)
        assert answer.status_code == 201, answer.text
        return cls(url, answer.json()["token"], answer.json())

    def scan(self, code: str, kind: str = "entry") -> dict[str, Any]:
        body = {"id": str(uuid.uuid4()), "code": code, "kind": kind, "scanned_at": datetime.now(UTC).isoformat()}
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.post(f"{self.url}/api/v1/door/scan", json=body, headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        verdict: dict[str, Any] = answer.json()
        return verdict


def hours_from_now(hours: float) -> str:
    """A time for `event import --starts-at`."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
