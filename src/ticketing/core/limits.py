"""Rate limits that all processes of one machine share, kept in a small SQLite file of their own."""

from __future__ import annotations

import sqlite3
import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from threading import local

from flask import current_app, request
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from ticketing.core.errors import Refused

# Phones of one carrier share addresses, so what many people do honestly has room; guessing has none.
RULES: dict[str, RateLimitItem] = {
    "login": parse("10/5minutes"),
    "pairing": parse("20/5minutes"),
    "order_secret": parse("30/5minutes"),
    "order": parse("60/5minutes"),
    "promo_code": parse("30/5minutes"),
    "waiting": parse("20/5minutes"),
    "change": parse("20/5minutes"),
    "resend": parse("1/5minutes"),
    "second_factor": parse("5/5minutes"),
    "passkey": parse("60/5minutes"),
    "staff_link": parse("20/5minutes"),
    "forgotten": parse("10/5minutes"),
    "forgotten_address": parse("2/5minutes"),
    "find": parse("10/5minutes"),
    "find_address": parse("2/5minutes"),
    # What goes without a proof of work (core.proof), and what goes slowly where there can be none.
    "order_free": parse("3/30minutes"),
    "order_slow": parse("1/3minutes"),
    "waiting_free": parse("3/30minutes"),
    "waiting_slow": parse("1/3minutes"),
    "proof_once": parse("1/30minutes"),
    "api": parse("600/5minutes"),
    "api_guess": parse("30/5minutes"),
}
SWEEP_EVERY = 60.0


class FileStorage(Storage):
    """Counters in one SQLite file; about a quarter of a millisecond a hit, exact over several processes."""

    STORAGE_SCHEME = ["ticketing-file"]  # noqa: RUF012 (the library's declaration)

    def __init__(self, uri: str = "", **options: float | str | bool) -> None:
        super().__init__(uri)
        self._path = uri.removeprefix("ticketing-file://")
        self._local = local()
        self._swept_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library wraps on request."""
        return sqlite3.Error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=5, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL").close()
            connection.execute("PRAGMA synchronous=OFF").close()
            table = "CREATE TABLE IF NOT EXISTS hits (key TEXT PRIMARY KEY, count INTEGER, expires REAL)"
            connection.execute(table).close()
            self._local.connection = connection
        return connection

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit; a counter whose time is over begins anew."""
        now = time.time()
        if now - self._swept_at >= SWEEP_EVERY:
            self._connection().execute("DELETE FROM hits WHERE expires <= ?", (now,)).close()
            self._swept_at = now
        row = self._connection().execute(
            "INSERT INTO hits VALUES (:key, :amount, :expires) ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN expires <= :now THEN :amount ELSE count + :amount END,"
            " expires = CASE WHEN expires <= :now THEN :expires ELSE expires END RETURNING count",
            {"key": key, "amount": amount, "expires": now + expiry, "now": now},
        )
        return int(row.fetchall()[0][0])

    def get(self, key: str) -> int:
        """The hits so far."""
        query = "SELECT count FROM hits WHERE key = ? AND expires > ?"
        found = self._connection().execute(query, (key, time.time())).fetchall()
        return int(found[0][0]) if found else 0

    def names(self, prefix: str) -> list[str]:
        """What is counted under names that begin so, without the beginning."""
        query = "SELECT key FROM hits WHERE key >= ? AND key < ? AND expires > ?"
        found = self._connection().execute(query, (prefix, prefix + "~", time.time())).fetchall()
        return [str(key).removeprefix(prefix) for (key,) in found]

    def get_expiry(self, key: str) -> float:
        """When the counter's time is over, in seconds since the epoch."""
        found = self._connection().execute("SELECT expires FROM hits WHERE key = ?", (key,)).fetchall()
        return float(found[0][0]) if found else time.time()

    def check(self) -> bool:
        """Whether the file can be used."""
        return bool(self._connection().execute("SELECT 1").fetchall())

    def reset(self) -> int:
        """Forget everything."""
        return self._connection().execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._connection().execute("DELETE FROM hits WHERE key = ?", (key,)).close()


def make_limiter(instance: Path) -> FixedWindowRateLimiter:
    """The limiter of this instance."""
    return FixedWindowRateLimiter(FileStorage(f"ticketing-file://{instance / 'limits.sqlite3'}"))


def client() -> str:
    """The address that a request came from, behind trusted proxies the one that they name.

    Of an IPv6 address only the network counts: the other 64 bits are the visitor's own to choose.
    """
    text = request.remote_addr or "unknown"
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return text
    return str(IPv6Address(int(address) >> 64 << 64))


def hit(rule: str, key: str) -> None:
    """Count one try; raises Refused("too_often", 429) with the seconds to wait."""
    seconds = wait(rule, key)
    if seconds:
        raise Refused("too_often", 429, seconds=seconds)


def wait(rule: str, key: str) -> int:
    """Count one try; how many seconds there are to wait, 0 where it is within the limit."""
    limiter = _limiter()
    if limiter is None or limiter.hit(RULES[rule], rule, key):
        return 0
    reset_at = limiter.get_window_stats(RULES[rule], rule, key).reset_time
    return max(1, round(reset_at - time.time()))


def renews_in(rule: str, key: str) -> int | None:
    """In how many seconds the count begins anew; None without limits."""
    limiter = _limiter()
    if limiter is None:
        return None
    return max(0, round(limiter.get_window_stats(RULES[rule], rule, key).reset_time - time.time()))


def count(rule: str, key: str) -> None:
    """Count one more, also beyond the limit."""
    limiter = _limiter()
    if limiter is not None:
        limiter.hit(RULES[rule], rule, key)


def once(rule: str, key: str) -> bool:
    """Count one; whether it was within the limit."""
    return wait(rule, key) == 0


def left(rule: str, key: str) -> int:
    """How many more are within the limit; below zero, how many there were beyond it. Without limits always some."""
    limiter = _limiter()
    if limiter is None:
        return RULES[rule].amount
    return RULES[rule].amount - limiter.storage.get(RULES[rule].key_for(rule, key))


def keep(what: str, key: str, name: str, seconds: int) -> None:
    """Remember this name under this key for so long."""
    limiter = _limiter()
    if limiter is not None:
        limiter.storage.incr(f"{what}/{key}/{name}", seconds)


def kept(what: str, key: str) -> list[str]:
    """What is remembered under this key now."""
    limiter = _limiter()
    if limiter is None or not isinstance(limiter.storage, FileStorage):
        return []
    return limiter.storage.names(f"{what}/{key}/")


def _limiter() -> FixedWindowRateLimiter | None:
    limiter: FixedWindowRateLimiter | None = current_app.extensions["ticketing.limiter"]
    return limiter
