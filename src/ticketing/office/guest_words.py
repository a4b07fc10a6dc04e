"""What columns, languages and purposes are called in lists of guests, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ticketing.orders.states import PAID, REFUNDED
from ticketing.reports.words import ORDERS, word

COLUMNS: Mapping[str, str] = {
    word: column
    for column, words in {
        "name": ("name", "お名前", "氏名", "名前", "guest"),
        "kana": ("kana", "reading", "ふりがな", "フリガナ", "よみがな", "カナ", "かな"),
        "email": ("email", "e-mail", "mail", "メール", "メールアドレス", "eメール"),
        "tier": ("tier", "tickettype", "ticket", "券種", "チケット", "チケットの種類"),
        "count": ("count", "quantity", "tickets", "枚数", "人数"),
        "language": ("language", "lang", "言語"),
        "purpose": ("purpose", "for", "区分", "種別"),
    }.items()
    for word in words
}
LANGUAGES: Mapping[str, str] = {
    "ja": "ja",
    "jp": "ja",
    "japanese": "ja",
    "日本語": "ja",
    "en": "en",
    "english": "en",
    "英語": "en",
}
PURPOSE_WORDS: Mapping[str, str] = {
    word: purpose
    for purpose, words in {
        "guest": ("guest", "ご招待", "招待", "招待客"),
        "press": ("press", "media", "報道", "プレス", "メディア"),
        "speaker": ("speaker", "登壇者", "出演者", "ゲスト"),
        "partner": ("partner", "sponsor", "協賛", "関係者", "スポンサー"),
        "team": ("team", "staff", "スタッフ", "運営"),
    }.items()
    for word in words
}
PURPOSES: Mapping[str, LazyString] = {
    "guest": _("guest"),
    "press": _("press"),
    "speaker": _("speaker"),
    "partner": _("partner"),
    "team": _("team"),
}
_STANDINGS: Mapping[str, LazyString] = {PAID: _("given"), REFUNDED: _("taken back")}
_COLUMN_WORDS: Mapping[str, LazyString] = {
    "name": _("Name"),
    "kana": _("In kana"),
    "email": _("E-mail"),
    "tier": _("Ticket type"),
    "count": _("Tickets"),
    "language": _("Language"),
    "purpose": _("For"),
}


def column_word(column: str) -> str:
    """What a column is called in the language in force."""
    return str(_COLUMN_WORDS[column])


def standing_word(standing: str) -> str:
    """How a complimentary order stands, in the language in force."""
    return str(_STANDINGS.get(standing) or word(ORDERS, standing))


def purpose_word(purpose: str) -> str:
    """What a purpose is called in the language in force."""
    return str(PURPOSES[purpose])
