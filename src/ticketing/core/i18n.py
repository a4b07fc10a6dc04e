"""Languages: Japanese and English, chosen per request; dates, times and money as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as calendar_date
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel import gettext as translate
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ticketing.core.money import DECIMALS, Money

LANGUAGES = ("ja", "en")
COOKIE = "lang"
WEEKDAYS_JA = "月火水木金土日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

__all__ = ["LANGUAGES", "force_locale", "gettext", "language", "pick"]


def init(app: Flask) -> None:
    """Set up the catalogs and the choice of language: `?lang=`, then the cookie, then Accept-Language."""
    Babel(app, default_locale="en", locale_selector=_choose, default_translation_directories="locale")

    @app.after_request
    def remember(response):  # type: ignore[no-untyped-def]
        chosen = request.args.get("lang") if request.query_string else None
        if chosen in LANGUAGES:
            response.set_cookie(COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True)
        return response


def _choose() -> str:
    if not has_request_context():
        return "en"
    if "language" not in g:
        wished = request.args.get("lang") if request.query_string else None
        if wished not in LANGUAGES and "HTTP_COOKIE" in request.environ:
            wished = request.cookies.get(COOKIE)
        g.language = wished if wished in LANGUAGES else _accepted(request.headers.get("Accept-Language", "")[:200])
    return str(g.language)


@lru_cache(maxsize=1000)
def _accepted(header: str) -> str:
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES, "en")


def language() -> str:
    """The language in force, `ja` or `en`."""
    if has_request_context():
        locale = get_locale()
        return str(locale.language) if locale else _choose()
    locale = get_locale()
    return str(locale.language) if locale else "en"


def gettext(text: str, **facts: object) -> str:
    """The text in the language in force, its `%(name)s` filled in; doubled percent signs only beside facts."""
    return str(translate(text, **facts))


def visitor_language() -> str:
    """The language of whoever sent this request; where no other one is forced, the same as `language`."""
    return _choose()


def pick(texts: Mapping[str, str], lang: str | None = None) -> str:
    """The text in this language out of an event's `{ja, en}`; the other language is better than nothing."""
    lang = lang or language()
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")


def money(amount: Money, lang: str | None = None) -> str:
    """2,000円 in Japanese, ¥2,000 in English; other currencies with their code. −¥2,000 is below zero."""
    if amount.amount < 0:
        return f"−{money(Money(-amount.amount, amount.currency), lang)}"
    if amount.currency != "jpy":
        unit = 10 ** DECIMALS[amount.currency]
        return f"{amount.amount // unit:,}.{amount.amount % unit:02d} {amount.currency.upper()}"
    return f"{amount.amount:,}円" if (lang or language()) == "ja" else f"¥{amount.amount:,}"


def difference(amount: Money) -> str:
    """By how much something differs, with its sign: +¥2,000 where there is more, ¥0 where there is none."""
    return f"+{money(amount)}" if amount.amount > 0 else money(amount)


def date(at: datetime, zone: ZoneInfo, lang: str | None = None, *, year: bool = True) -> str:
    """Sun 26 Oct 2025, or 2025年10月26日(日); without the year for sentences."""
    day = at.astimezone(zone)
    if (lang or language()) == "ja":
        return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"
    text = f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """10:00, in 24 hours."""
    return f"{at.astimezone(zone):%H:%M}"


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """10:00–13:00."""
    return f"{clock_time(start, zone)}–{clock_time(end, zone)}"


def date_time(at: datetime, zone: ZoneInfo) -> str:
    """Sun 26 Oct 23:59: a moment that is hours or days away, so its weekday helps."""
    return f"{date(at, zone, year=False)} {clock_time(at, zone)}"


def duration(length: timedelta) -> str:
    """12 hours, 90 minutes; in Japanese 12時間."""
    lang = language()
    text = str(format_timedelta(length, granularity="minute", threshold=2, locale=lang))
    return text.replace(" ", "") if lang == "ja" else text


def day(at: datetime, zone: ZoneInfo, lang: str | None = None) -> str:
    """26 October, or 10月26日: a day within a sentence."""
    return calendar_day(at.astimezone(zone).date(), lang)


def calendar_day(on: calendar_date, lang: str | None = None) -> str:
    """The same for a plain date, which has no zone."""
    lang = lang or language()
    return format_date(on, "M月d日" if lang == "ja" else "d MMMM", lang)
