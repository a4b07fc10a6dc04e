"""Letters to the people who work here: invitations, and what has changed about their account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from ticketing.api import hooks
from ticketing.api.models import Hook
from ticketing.core import clock, i18n
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog, load, load_by_id, slugs
from ticketing.events.titles import short_title
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Composer, Draft, NothingToSay
from ticketing.orders.links import public_url
from ticketing.orders.notices import Button, Notice, notice_draft
from ticketing.staff import factor_letters, forgotten, invitations, people, sign_ins
from ticketing.staff.models import Invitation
from ticketing.staff.role_words import ROLE_WORDS


def invited(session: Session, letter: Letter) -> Draft:
    """The link, while the invitation is open."""
    one = session.get(Invitation, letter.subject_id)
    if one is None or one.state != invitations.OPEN:
        raise NothingToSay
    with force_locale(letter.language):
        catalog, where = _where(session, one.event_id)
        until = i18n.date_time(one.expires_at, catalog.zone)
        return _draft(
            catalog,
            _("You are invited to the office of %(where)s", where=where),
            (
                _("You can get the role %(role)s (%(where)s).", role=str(ROLE_WORDS[one.role]), where=where),
                _("The link works once, until %(until)s.", until=until),
            ),
            Button(_("See the invitation"), public_url() + invitations.path_of(one.id)),
            (_("You know nothing about this? Then leave this letter alone: nothing happens."),),
        )


def role_changed(session: Session, letter: Letter) -> Draft:
    """The new role."""
    with force_locale(letter.language):
        catalog, where = _where(session, letter.facts.get("event"))
        role = str(ROLE_WORDS[letter.facts["role"]])
        return _draft(
            catalog,
            _("Your role has changed"),
            (_("You have the role %(role)s now (%(where)s).", role=role, where=where), _("Please sign in again.")),
            Button(_("Sign in"), f"{public_url()}/staff/login", public=True),
        )


def removed(session: Session, letter: Letter) -> Draft:
    """That a role is gone."""
    with force_locale(letter.language):
        catalog, where = _where(session, letter.facts.get("event"))
        return _draft(
            catalog,
            _("Your access has ended"),
            (_("You do not have a role any more (%(where)s).", where=where), _("Thank you for your work.")),
        )


def password_changed(session: Session, letter: Letter) -> Draft:
    """That the password is another one."""
    with force_locale(letter.language):
        catalog = _where(session, None)[0]
        return _draft(
            catalog,
            _("Your password was changed"),
            (_("The password of your account is another one now. All other sign-ins are ended."),),
            afterwards=(_("It was not you? Then ask an owner at once to sign you out everywhere."),),
        )


def password_forgotten(session: Session, letter: Letter) -> Draft:
    """The link; where nobody has the address, or it would come too late, nobody is written to."""
    person, asked = forgotten.person_at(session, letter.to_address), int(letter.facts["asked"])
    if person is None or clock.now().timestamp() >= asked + forgotten.LIFE.total_seconds():
        raise NothingToSay
    with force_locale(letter.language):
        catalog = _where(session, None)[0]
        return _draft(
            catalog,
            _("A new password"),
            (
                _("Somebody, probably you, asked for a new password for your account."),
                _("The link works once and for 30 minutes."),
            ),
            Button(_("Choose a new password"), public_url() + forgotten.path_of(person, asked)),
            (_("You did not ask? Then leave this letter alone: your password stays as it is."),),
        )


def second_factor_changed(session: Session, letter: Letter) -> Draft:
    """What has happened to the second factor."""
    with force_locale(letter.language):
        catalog = _where(session, None)[0]
        what = {
            factor_letters.ON: (_("A second factor was set up"), _("From now on signing in takes a code of your app.")),
            factor_letters.OFF: (
                _("The second factor was switched off"),
                _("From now on your password alone signs you in."),
            ),
            factor_letters.RESET: (
                _("Your second factor was reset"),
                _("Somebody who leads this house did that, and ended all of your sign-ins. Set it up again soon."),
            ),
            factor_letters.PASSKEY: (_("A passkey was added"), _("From now on it can sign in to your account.")),
            factor_letters.PASSKEY_OFF: (
                _("A passkey was removed"),
                _("It does not sign in to your account any more."),
            ),
            factor_letters.CODES: (_("You have new recovery codes"), _("The former ones do not work any more.")),
            factor_letters.RECOVERY: (
                _("A recovery code was used"),
                _("It signed in to your account. Codes left: %(left)s.", left=letter.facts.get("left", "")),
            ),
        }
        subject, line = what[letter.facts["what"]]
        afterwards = (_("It was not you? Then change your password at once, and tell an owner."),)
        button = Button(_("Your account"), f"{public_url()}/staff/account", public=True)
        return _draft(catalog, subject, (line,), button, afterwards)


def hook_off(session: Session, letter: Letter) -> Draft:
    """That a webhook does not work any more."""
    hook = session.get(Hook, letter.subject_id)
    if hook is None or hook.state != hooks.OFF:
        raise NothingToSay
    with force_locale(letter.language):
        catalog, where = _where(session, hook.event_id)
        reasons = {
            hooks.GONE: _("It answered that it is gone (410)."),
            hooks.FAILING: _("It has not taken anything for three days."),
        }
        return _draft(
            catalog,
            _("The webhook %(name)s was switched off", name=hook.name),
            (
                _("The webhook %(name)s (%(where)s) is told nothing any more.", name=hook.name, where=where),
                reasons[letter.facts["reason"]],
                _("When it works again, switch it on. What failed can then be sent again."),
            ),
            Button(
                _("See the webhook"), f"{public_url()}/office/api/hooks/{hook.id}?event={catalog.slug}", public=True
            ),
        )


COMPOSERS: Mapping[str, Composer] = {
    invitations.LETTER: invited,
    people.ROLE_LETTER: role_changed,
    people.REMOVED_LETTER: removed,
    sign_ins.PASSWORD_LETTER: password_changed,
    forgotten.LETTER: password_forgotten,
    factor_letters.LETTER: second_factor_changed,
    hooks.LETTER: hook_off,
}


def _where(session: Session, event_id: Any) -> tuple[Catalog, str]:
    """The event whose art and seller the letter carries, and what it is about in words: this event, or all of them."""
    if event_id is not None:
        catalog = load_by_id(session, event_id)
        return catalog, short_title(catalog, i18n.language())
    known = slugs(session)
    if not known:  # an account comes before the first event: the letter waits for it
        raise LookupError("a letter to staff needs an event for its frame")
    return load(session, known[0]), _("All events")


def _draft(
    catalog: Catalog,
    subject: str,
    paragraphs: tuple[str, ...],
    button: Button | None = None,
    afterwards: tuple[str, ...] = (),
) -> Draft:
    notice = Notice(subject, subject, paragraphs, button=button, afterwards=afterwards, order_code="")
    return notice_draft(catalog, None, notice)
