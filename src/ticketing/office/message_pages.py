"""The view models of messages: their list, one that is being written, one that goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.core.i18n import LANGUAGES, pick
from ticketing.core.i18n import gettext as _
from ticketing.core.slits import Meter, meter
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.messages.audience import Audience, of_row, recipients
from ticketing.messages.letters import draft
from ticketing.messages.models import Message
from ticketing.messages.sending import progress
from ticketing.messages.states import SENDING, STOPPED
from ticketing.office.message_words import GROUP_WORDS, LANGUAGE_NAMES, STATE_WORDS
from ticketing.office.order_rows import moment


@dataclass(frozen=True)
class Field:
    """Subject and text in one language, as typed."""

    lang: str
    name: str
    subject: str = ""
    body: str = ""


@dataclass(frozen=True)
class Choice:
    """One choice of a form."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Form:
    """The form of a message as it was typed or kept."""

    fields: tuple[Field, ...]
    groups: tuple[Choice, ...]
    tiers: tuple[Choice, ...]
    absent: bool


@dataclass(frozen=True)
class Reach:
    """Whom a draft would reach now: how many in all and by language; `other` read a language that has no text."""

    count: int
    languages: tuple[tuple[str, int], ...]
    other: int


@dataclass(frozen=True)
class Preview:
    """The letter in one language, as its text goes out."""

    lang: str
    name: str
    subject: str
    text: str


@dataclass(frozen=True)
class Going:
    """How far it has come; kept up to date while it is sent."""

    figures: Mapping[str, str]
    meter: Meter
    over: bool


@dataclass(frozen=True)
class MessageRow:
    """One message in the list."""

    id: str
    subject: str
    to: str
    look: str
    state: str
    when: str
    by: str


@dataclass(frozen=True)
class MessagesPage:
    """All that `office/messages.html` shows."""

    event: Heading
    rows: tuple[MessageRow, ...]


@dataclass(frozen=True)
class MessagePage:
    """All that `office/message.html` shows. A new message has no `id`; one that is sent has no `form`."""

    event: Heading
    zone: str
    id: str
    version: int
    form: Form | None
    to: str
    error: str = ""
    done: str = ""
    me: str = ""
    reach: Reach | None = None
    previews: tuple[Preview, ...] = ()
    going: Going | None = None
    look: str = ""
    state: str = ""
    stamps: tuple[str, ...] = field(default=())


def form_of(catalog: Catalog, texts: Mapping[str, tuple[str, str]], audience: Audience) -> Form:
    """The form with these texts (subject and body by language)."""
    fields = tuple(Field(lang, str(LANGUAGE_NAMES[lang]), *texts.get(lang, ("", ""))) for lang in LANGUAGES)
    groups = tuple(Choice(group, str(name), group == audience.group) for group, name in GROUP_WORDS.items())
    tiers = tuple(Choice(tier.code, pick(tier.name), tier.id in audience.tiers) for tier in catalog.tiers)
    return Form(fields, groups, tiers, audience.absent)


def texts_of(message: Message) -> Mapping[str, tuple[str, str]]:
    """The texts of a message as the form wants them."""
    return {lang: (message.subject[lang], message.body[lang]) for lang in message.subject}


def to_whom(catalog: Catalog, audience: Audience) -> str:
    """The audience in words."""
    parts = [str(GROUP_WORDS[audience.group])]
    if audience.tiers:
        parts.append(" + ".join(pick(tier.name) for tier in catalog.tiers if tier.id in audience.tiers))
    if audience.absent:
        parts.append(_("not yet inside"))
    return " · ".join(parts)


def reach_of(session: Session, message: Message) -> Reach:
    """Whom it would reach at this moment."""
    everybody = recipients(session, message.event_id, of_row(message.audience))
    counts = {lang: sum(1 for one in everybody if one.language == lang) for lang in LANGUAGES}
    other = sum(count for lang, count in counts.items() if lang not in message.subject)
    return Reach(len(everybody), tuple((str(LANGUAGE_NAMES[lang]), counts[lang]) for lang in LANGUAGES), other)


def previews_of(catalog: Catalog, message: Message) -> tuple[Preview, ...]:
    """The letter in each language that it is written in."""
    made = []
    for lang in LANGUAGES:
        if lang in message.subject:
            text = draft(catalog, message, None, lang).text
            made.append(Preview(lang, str(LANGUAGE_NAMES[lang]), message.subject[lang], text))
    return tuple(made)


def going(session: Session, message: Message) -> Going:
    """The letters of a message by what became of them."""
    found = progress(session, message.id)
    waits = found.get("queued", 0) + found.get("sending", 0)
    count = sum(found.values())
    figures = {name: str(found.get(name, 0)) for name in ("sent", "failed", "dropped")}
    figures |= {"waits": str(waits), "count": str(count)}
    over = message.state != SENDING and waits == 0
    if over:
        figures["said"] = _("Every letter is done.")
    else:
        figures["said"] = _("The worker goes on by itself. You may close this page.")
    return Going(figures, meter(found.get("sent", 0), 0, max(1, count)), over)


def rows(catalog: Catalog, messages: Sequence[Message], people: Mapping[str, str]) -> tuple[MessageRow, ...]:
    """The list; `people` are the addresses of those who wrote or sent them."""
    return tuple(_row(catalog, message, people) for message in messages)


def _row(catalog: Catalog, message: Message, people: Mapping[str, str]) -> MessageRow:
    look, state = STATE_WORDS[message.state]
    by = message.sent_by or message.made_by
    return MessageRow(
        id=message.id,
        subject=pick(message.subject),
        to=to_whom(catalog, of_row(message.audience)),
        look=look,
        state=str(state),
        when=moment(message.sent_at or message.made_at, catalog.zone),
        by=people.get(by, by),
    )


def stamps(catalog: Catalog, message: Message, people: Mapping[str, str]) -> tuple[str, ...]:
    """Who did what to it, and when."""

    def said(at: datetime | None) -> str:
        return moment(at, catalog.zone) if at else ""

    lines = [_("Written by %(who)s, %(time)s", who=_name(people, message.made_by), time=said(message.made_at))]
    if message.sent_by:
        lines.append(_("Sent by %(who)s, %(time)s", who=_name(people, message.sent_by), time=said(message.sent_at)))
    if message.state == STOPPED:
        lines.append(_("Stopped %(time)s", time=said(message.ended_at)))
    return tuple(lines)


def _name(people: Mapping[str, str], actor: str) -> str:
    return people.get(actor, actor)


def blank(catalog: Catalog, form: Form, error: str = "") -> MessagePage:
    """A message that is not kept yet."""
    return MessagePage(heading(catalog), str(catalog.zone), "", 0, form, "", error)
