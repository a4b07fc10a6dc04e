"""Every route of the house × everybody: exactly what this table says. A route that is missing here fails.

The table is written by hand, from what people should be able to do; it does not look at the code's own permissions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from everything import ids_of_everything
from factories import SEED, SLUG, House
from ticketing.core.db import writing
from ticketing.staff import accounts
from ticketing.staff.models import Grant, Person

OTHER = "another-evening"
ROLES = {"O": "owner", "M": "manager", "B": "boxoffice", "D": "door", "V": "viewer"}
# Who: everybody · link (who knows the secret in the address) · tablet (who has a tablet's token) · token (who has a
# program's; tests/api has which scope opens what) · stripe (who can sign) · here (this machine) · oneself (whoever is
# signed in, about their own account) · waiting (whose sign-in waits for the second factor) · or the roles: Owner,
# Manager, Box office, Door staff, Viewer; with a * only those of all events.
TABLE = """
GET  /                                                    everybody
GET  /sitemap.xml                                         everybody
GET  /robots.txt                                          everybody
GET  /e/<slug>                                            everybody
GET  /e/<slug>/card-<lang>.png                            everybody
GET  /e/<slug>/legal                                      everybody
GET  /e/<slug>/review                                     everybody
POST /e/<slug>/review                                     everybody
POST /e/<slug>/orders                                     everybody
GET  /e/<slug>/waiting                                    everybody
POST /e/<slug>/waiting                                    everybody
GET  /e/<slug>/waiting/joined                             everybody
GET  /proof/<kind>                                        everybody
GET  /find                                                everybody
POST /find                                                everybody
GET  /door                                                everybody
GET  /door/files/<path:name>                              everybody
GET  /door/icons/<name>.png                               everybody
GET  /door/manifest.webmanifest                           everybody
GET  /door/sw.js                                          everybody
GET  /healthz                                             everybody
GET  /readyz                                              everybody
GET  /static/build/<path:name>                            everybody
GET  /metrics                                             here
POST /stripe/webhook                                      stripe
GET  /staff/forgotten                                     everybody
POST /staff/forgotten                                     everybody
GET  /staff/password/<person_id>/<int:asked>/<secret>     link
POST /staff/password/<person_id>/<int:asked>/<secret>     link
GET  /staff/login                                         everybody
POST /staff/login                                         everybody
POST /staff/logout                                        everybody
GET  /staff/invitation/<invitation_id>/<secret>           link
POST /staff/invitation/<invitation_id>/<secret>           link
GET  /staff/account                                       oneself
POST /staff/account/password                              oneself
POST /staff/account/sign-ins/end                          oneself
POST /staff/account/sign-ins/<int:sign_in_id>/end         oneself
POST /staff/account/second-factor/begin                   oneself
POST /staff/account/second-factor/codes                   oneself
POST /staff/account/second-factor/off                     oneself
GET  /staff/account/second-factor                         oneself
POST /staff/account/second-factor                         oneself
POST /staff/account/passkeys                              oneself
POST /staff/account/passkeys/options                      oneself
POST /staff/account/passkeys/<int:passkey_id>/remove      oneself
POST /staff/passkey                                       everybody
POST /staff/passkey/options                               everybody
GET  /staff/second-factor                                 waiting
POST /staff/second-factor                                 waiting
GET  /w/<entry_id>/<secret>                               link
POST /w/<entry_id>/<secret>/leave                         link
GET  /address/<change_id>/confirm/<secret>                link
POST /address/<change_id>/confirm/<secret>                link
GET  /address/<change_id>/stop/<secret>                   link
POST /address/<change_id>/stop/<secret>                   link
GET  /o/<order_code>/<secret>                             link
GET  /o/<order_code>/<secret>/address                     link
POST /o/<order_code>/<secret>/address                     link
POST /o/<order_code>/<secret>/cancel                      link
GET  /o/<order_code>/<secret>/event.ics                   link
GET  /o/<order_code>/<secret>/pay                         link
GET  /o/<order_code>/<secret>/receipt                     link
POST /o/<order_code>/<secret>/receipt                     link
GET  /o/<order_code>/<secret>/receipt.pdf                 link
GET  /o/<order_code>/<secret>/refund                      link
POST /o/<order_code>/<secret>/refund                      link
POST /o/<order_code>/<secret>/resend                      link
GET  /o/<order_code>/<secret>/return/<int:number>.pdf     link
GET  /o/<order_code>/<secret>/status.json                 link
GET  /o/<order_code>/<secret>/sw.js                       link
GET  /o/<order_code>/<secret>/tickets.pdf                 link
GET  /o/<order_code>/<secret>/t/<int:number>              link
GET  /o/<order_code>/<secret>/t/<int:number>/apple-wallet.pkpass link
POST /o/<order_code>/<secret>/t/<int:number>/back         link
GET  /o/<order_code>/<secret>/t/<int:number>/google-wallet link
GET  /o/<order_code>/<secret>/t/<int:number>/name         link
POST /o/<order_code>/<secret>/t/<int:number>/name         link
GET  /o/<order_code>/<secret>/t/<int:number>/qr.png       link
GET  /o/<order_code>/<secret>/t/<int:number>/transfer     link
POST /o/<order_code>/<secret>/t/<int:number>/transfer     link
GET  /t/<order_code>/<int:number>/<secret>                link
POST /t/<order_code>/<int:number>/<secret>/back           link
GET  /t/<order_code>/<int:number>/<secret>/name           link
POST /t/<order_code>/<int:number>/<secret>/name           link
GET  /t/<order_code>/<int:number>/<secret>/t/<int:n>      link
GET  /t/<order_code>/<int:number>/<secret>/t/<int:n>/qr.png link
GET  /t/<order_code>/<int:number>/<secret>/tickets.pdf    link
GET  /t/<order_code>/<int:number>/<secret>/transfer       link
POST /t/<order_code>/<int:number>/<secret>/transfer       link
GET  /t/<order_code>/<int:held>/<secret>/event.ics        link
GET  /t/<order_code>/<int:held>/<secret>/sw.js            link
GET  /t/<order_code>/<int:held>/<secret>/t/<int:number>/apple-wallet.pkpass link
GET  /t/<order_code>/<int:held>/<secret>/t/<int:number>/google-wallet link
POST /api/v1/door/pair                                    everybody
GET  /api/v1/door/conflicts                               tablet
POST /api/v1/door/count                                   tablet
POST /api/v1/door/empty                                   tablet
GET  /api/v1/door/manifest                                tablet
GET  /api/v1/door/occupancy                               tablet
POST /api/v1/door/scan                                    tablet
POST /api/v1/door/sync                                    tablet
GET  /api/v1/openapi.json                                 everybody
GET  /api/v1/events                                       token
GET  /api/v1/events/<slug>                                token
GET  /api/v1/events/<slug>/availability                   token
GET  /api/v1/events/<slug>/orders                         token
GET  /api/v1/events/<slug>/tickets                        token
GET  /api/v1/events/<slug>/scans                          token
GET  /api/v1/events/<slug>/reports/sales                  token
GET  /api/v1/events/<slug>/reports/attendance             token
GET  /api/v1/events/<slug>/reports/money                  token
GET  /api/v1/orders/<code>                                token
GET  /api/v1/orders/<code>/tickets                        token
POST /api/v1/orders/<code>/refunds                        token
POST /api/v1/orders/<code>/cancel                         token
POST /api/v1/orders/<code>/resend                         token
GET  /office                                              O M B D V
GET  /boxoffice                                           O M B
POST /boxoffice/sell                                      O M B
POST /boxoffice/shifts                                    O M B
GET  /boxoffice/shifts/<shift_id>                         O M V
POST /boxoffice/shifts/<shift_id>/close                   O M
POST /boxoffice/shifts/<shift_id>/float                   O M
GET  /boxoffice/sales                                     O M B
GET  /boxoffice/sales/<code>                              O M B
GET  /boxoffice/sales/<code>/status.json                  O M B
POST /boxoffice/sales/<code>/open                         O M B
POST /boxoffice/sales/<code>/cancel                       O M B
POST /boxoffice/sales/<code>/mail                         O M B
POST /boxoffice/sales/<code>/void                         O M B
POST /boxoffice/sales/<code>/back                         O M B
GET  /boxoffice/sales/<code>/print                        O M B
GET  /boxoffice/sales/<code>/tickets.pdf                  O M B
GET  /office/figures.json                                 O M V
GET  /office/devices                                      O M
POST /office/devices/codes                                O M
POST /office/devices/<device_id>/revoke                   O M
GET  /office/money                                        O M V
POST /office/money/compare                                O M
GET  /office/messages                                     O M
POST /office/messages                                     O M
GET  /office/messages/new                                 O M
GET  /office/messages/<message_id>                        O M
POST /office/messages/<message_id>                        O M
POST /office/messages/<message_id>/try                    O M
POST /office/messages/<message_id>/send                   O M
POST /office/messages/<message_id>/stop                   O M
POST /office/messages/<message_id>/discard                O M
GET  /office/messages/<message_id>/progress.json          O M
GET  /office/report.pdf                                   O M V
GET  /office/exports                                      O M
GET  /office/exports/<kind>.<form>                        O M
GET  /office/orders                                       O M V
GET  /office/orders/<code>                                O M V
GET  /office/allotments                                   O M V
POST /office/allotments                                   O M
POST /office/allotments/<allotment_id>/count              O M
POST /office/allotments/<allotment_id>/release            O M
GET  /office/promo-codes                                  O M V
POST /office/promo-codes                                  O M
POST /office/promo-codes/<promo_id>                       O M
POST /office/promo-codes/<promo_id>/withdraw              O M
GET  /office/guests                                       O M V
POST /office/guests                                       O M
POST /office/orders/<code>/cancel                         O M
GET  /office/orders/<code>/evidence.zip                   O M
GET  /office/orders/<code>/correct                        O M
POST /office/orders/<code>/correct                        O M
POST /office/orders/<code>/letters/<letter_id>/again      O M
POST /office/orders/<code>/note                           O M
POST /office/orders/<code>/refund                         O M
POST /office/orders/<code>/reissue                        O M
POST /office/orders/<code>/resend                         O M
POST /office/orders/<code>/refunds/<refund_id>/again      O M
POST /office/orders/<code>/refunds/<refund_id>/outside    O M
POST /office/orders/<code>/tickets/<int:number>/back      O M
GET  /office/waiting                                      O M V
POST /office/waiting/<entry_id>/end                       O M
GET  /office/event/cancel                                 O
POST /office/event/cancel                                 O
GET  /office/event/cancel.json                            O
GET  /office/door                                         O M D
GET  /office/door/figures.json                            O M D
GET  /office/door/conflicts                               O M D
POST /office/door/conflicts/<int:conflict_id>             O M D
POST /office/door/empty                                   O M D
POST /office/door/limit                                   O M
GET  /office/door/paper                                   O M D
GET  /office/door/paper.pdf                               O M D
GET  /office/door/paper/keys                              O M D
POST /office/door/paper/keys                              O M D
GET  /office/door/sheet                                   O M D
POST /office/door/supervisors                             O M
POST /office/door/supervisors/<int:supervisor_id>/end     O M
GET  /office/door/tablets/<device_id>                     O M D
POST /office/door/tablets/<device_id>/revoke              O M D
POST /office/door/tablets/<device_id>/write-off           O M D
GET  /office/audit                                        O*
GET  /office/events                                       O M
GET  /office/events/new                                   O* M*
POST /office/events/new                                   O* M*
POST /office/events/copy                                  O* M*
POST /office/events/<slug>/edit                           O M
GET  /office/drafts/<draft_id>                            O M
GET  /office/drafts/<draft_id>/<name>                     O M
POST /office/drafts/<draft_id>/<name>                     O M
GET  /office/drafts/<draft_id>/preview                    O M
GET  /office/drafts/<draft_id>/publish                    O M
POST /office/drafts/<draft_id>/publish                    O M
POST /office/drafts/<draft_id>/catch-up                   O M
POST /office/drafts/<draft_id>/move                       O M
POST /office/drafts/<draft_id>/discard                    O M
GET  /api/v1/events/<slug>/hooks                          token
GET  /api/v1/events/<slug>/hooks/<hook_id>/deliveries     token
POST /api/v1/events/<slug>/deliveries/<delivery_id>/replay  token
GET  /office/api/hooks                                    O M
POST /office/api/hooks                                    O M
GET  /office/api/hooks/<hook_id>                          O M
POST /office/api/hooks/<hook_id>/change                   O M
POST /office/api/hooks/<hook_id>/switch                   O M
POST /office/api/hooks/<hook_id>/secret                   O M
POST /office/api/hooks/<hook_id>/test                     O M
POST /office/api/hooks/<hook_id>/again                    O M
POST /office/api/hooks/<hook_id>/remove                   O M
GET  /office/api                                          O M
POST /office/api/tokens                                   O M
POST /office/api/tokens/<token_id>/revoke                 O M
GET  /office/people                                       O M
POST /office/people/invitations                           O M
POST /office/people/invitations/<invitation_id>/withdraw  O M
POST /office/people/<int:grant_id>/role                   O M
POST /office/people/<int:grant_id>/remove                 O M
POST /office/people/<int:grant_id>/sign-out               O M
POST /office/people/<int:grant_id>/second-factor          O M
POST /office/people/second-factor                         O*
GET  /office/privacy                                      O*
POST /office/privacy                                      O*
POST /office/privacy/extract                              O*
POST /office/privacy/erase                                O*
"""
ENTRIES = {tuple(line.split()[:2]): line.split()[2:] for line in TABLE.strip().splitlines()}
GUARDED = {
    route: {ROLES[one[0]] for one in who} for route, who in ENTRIES.items() if {one[0] for one in who} <= set(ROLES)
}
OF_ONESELF = {route for route, who in ENTRIES.items() if who == ["oneself"]}
OF_THE_HOUSE = {route for route, who in ENTRIES.items() if any(one.endswith("*") for one in who)}
SAFE = {"GET"}
IDLE = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Stage:
    """A house with something behind every address. `ids` fill the addresses; `other` owns another event only."""

    house: House
    ids: dict[str, str]

    def path(self, rule: str) -> str:
        """The rule with what stands in this house; secrets are wrong."""
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: self.ids.get(part[1], "1"), rule)

    def ask(self, client: FlaskClient, route: tuple[str, str], event: str = SLUG) -> TestResponse:
        """The call with a form that says no more than which event is meant."""
        method, rule = route
        if method == "GET":
            return client.get(self.path(rule), query_string={"event": event})
        return client.post(self.path(rule), data={"event": event})

    def signed_in(self, role: str, event: str = "") -> FlaskClient:
        """A browser of somebody with this role at all events, or at one only."""
        client = self.house.staff(role, f"{role}-{event or 'all'}@example.com")
        if event:
            event_id = self.house.catalog(event).id
            with self.house.app.app_context(), writing() as session:
                person = session.query(Person).filter_by(email=f"{role}-{event}@example.com").one()
                session.query(Grant).filter_by(person_id=person.id).one().event_id = event_id
        return client


@pytest.fixture
def stage(house: House) -> Stage:
    """The first event with an order, a tablet and one who waits, and another event."""
    house.publish(SEED.read_text(encoding="utf-8").replace(SLUG, OTHER))
    house.app.config["WTF_CSRF_ENABLED"] = False
    return Stage(house, ids_of_everything(house))


def routes(house: House) -> set[tuple[str, str]]:
    """What the app answers to."""
    return {(method, rule.rule) for rule in house.app.url_map.iter_rules() for method in (rule.methods or set()) - IDLE}


def refused(answer: TestResponse) -> bool:
    """Whether it was kept from whoever asked, because of who they are."""
    return answer.status_code == 403 or (answer.location or "").startswith("/staff/login")


def test_every_route_has_a_line_in_the_table_and_every_line_a_route(house: House) -> None:
    assert routes(house) ^ set(ENTRIES) == set()


@pytest.mark.parametrize("role", ROLES.values())
def test_each_role_gets_what_the_table_gives_it_and_nothing_else(stage: Stage, role: str) -> None:
    client = stage.signed_in(role)
    assert client.get("/staff/account").status_code == 200
    answers = {route: stage.ask(client, route) for route in GUARDED}
    assert {route for route, answer in answers.items() if not refused(answer)} == may_go(role)
    assert {route: one.status_code for route, one in answers.items() if one.status_code >= 500} == {}


@pytest.mark.parametrize("role", ROLES.values())
def test_who_works_for_one_event_has_the_role_there_and_none_at_another(stage: Stage, role: str) -> None:
    client = stage.signed_in(role, OTHER)
    assert {route for route in GUARDED if not refused(stage.ask(client, route))} == set()
    of_the_event = {route for route in may_go(role) - OF_THE_HOUSE if "<" not in route[1]}
    assert {route for route in of_the_event if refused(stage.ask(client, route, OTHER))} == set()
    assert {route for route in OF_THE_HOUSE if not refused(stage.ask(client, route, OTHER))} == set()


def test_who_works_for_one_event_reaches_nothing_of_another_under_the_name_of_their_own(stage: Stage) -> None:
    client = stage.signed_in("owner", OTHER)
    with_ids = [route for route in GUARDED if "<" in route[1]]
    found = {route: stage.ask(client, route, OTHER).status_code for route in with_ids}
    assert {route: status for route, status in found.items() if status not in (400, 403, 404)} == {}


def test_nobody_and_who_was_signed_out_are_sent_to_sign_in(stage: Stage) -> None:
    former = stage.signed_in("owner")
    with stage.house.app.app_context(), writing() as session:
        person = session.query(Person).filter_by(email="owner-all@example.com").one()
        accounts.end_all(session, person.id, stage.house.clock.now())
    for client in (former, stage.house.client):
        for route in GUARDED.keys() | OF_ONESELF:
            answer = stage.ask(client, route)
            assert answer.status_code == 303, route
            assert answer.location.startswith("/staff/login?next="), route


def test_nobody_but_whose_sign_in_waits_gets_to_the_second_factor(stage: Stage) -> None:
    for client in (stage.signed_in("owner"), stage.house.client):
        for route in (route for route, who in ENTRIES.items() if who == ["waiting"]):
            assert (stage.ask(client, route).location or "").startswith("/staff/login"), route


def test_no_form_of_signed_in_people_is_taken_without_its_token(stage: Stage) -> None:
    stage.house.app.config["WTF_CSRF_ENABLED"] = True
    client = stage.signed_in("owner")
    with_token = {
        route for route in ENTRIES if route[0] not in SAFE and route[1].startswith(("/office", "/boxoffice", "/staff"))
    }
    assert {route for route in GUARDED if route[0] not in SAFE} <= with_token
    for route in with_token:
        answer = stage.ask(client, route)
        assert (answer.status_code, "form_expired" in logged(answer)) == (400, True), route


def test_no_role_opens_what_only_a_link_a_token_or_stripe_may(stage: Stage) -> None:
    client = stage.signed_in("owner")
    # Some calls of the door look at the form of their body before they look at the token.
    wanted = {"link": {404}, "tablet": {400, 401}, "token": {401}, "stripe": {400}}
    for route, (who, *_) in ENTRIES.items():
        if who in wanted:
            assert stage.ask(client, route).status_code in wanted[who], route
    away = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_overrides=away).status_code == 404


def test_what_is_for_everybody_asks_nobody_to_sign_in(stage: Stage) -> None:
    for route, (who, *_) in ENTRIES.items():
        if who == "everybody" and route != ("POST", "/staff/logout"):
            answer = stage.ask(stage.house.client, route)
            assert answer.status_code != 403 or route[1] == "/api/v1/door/pair", route
            assert not (answer.location or "").startswith("/staff/login"), route


def may_go(role: str) -> set[tuple[str, str]]:
    """All that the table gives to a role."""
    return {route for route, roles in GUARDED.items() if role in roles}


def logged(answer: TestResponse) -> str:
    """The code of a refusal as its page shows it."""
    return "form_expired" if "This page was open for too long" in answer.text else ""
