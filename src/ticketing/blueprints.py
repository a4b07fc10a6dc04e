"""What the rooms bring to the house: their pages, and the letters that they write."""

from __future__ import annotations

from ticketing.api import views as api_views
from ticketing.boxoffice import sale_views as boxoffice_sale_views
from ticketing.boxoffice import shift_views as boxoffice_shift_views
from ticketing.boxoffice import views as boxoffice_views
from ticketing.core import health
from ticketing.door import api as door_api
from ticketing.door import offline_api as door_offline_api
from ticketing.door import views as door_views
from ticketing.mail.outbox import Composers
from ticketing.messages import letters as message_letters
from ticketing.office import (
    allotment_views,
    audit_views,
    door_actions,
    door_conflicts,
    door_keys,
    door_paper,
    door_sheet,
    editor_new,
    editor_publish,
    editor_views,
    event_cancel,
    export_views,
    guest_views,
    hook_views,
    message_views,
    money_views,
    order_actions,
    order_correct,
    order_desk,
    people_views,
    privacy_views,
    promo_views,
    report_views,
    staff_letters,
    ticket_actions,
)
from ticketing.office import api_views as office_api_views
from ticketing.office import door_views as office_door_views
from ticketing.office import order_views as office_order_views
from ticketing.office import views as office_views
from ticketing.office import waiting_views as office_waiting_views
from ticketing.orders import address_letters, change_letters, desk_letters, event_letters, finding, holder_letters
from ticketing.orders import letters as order_letters
from ticketing.payments import letters as payment_letters
from ticketing.payments import views as payment_views
from ticketing.reports import metrics
from ticketing.shop import (
    change_views,
    find_views,
    held_views,
    letter_views,
    order_views,
    receipt_views,
    refund_views,
    sharing_views,
    take_along_views,
    waiting_views,
    wallet_views,
)
from ticketing.shop import views as shop_views
from ticketing.staff import (
    account_views,
    factor_sign_in,
    factor_views,
    forgotten_views,
    invitation_views,
    passkey_views,
)
from ticketing.staff import views as staff_views
from ticketing.waiting import letters as waiting_letters

# Tokens, signatures or the secret of a link carry the right here, or (placing an order) no right is used at all:
# nothing that a foreign page could borrow from the visitor's browser. So their forms need no token against forgery.
OPEN_TO_PROGRAMS = (
    door_api.bp,
    door_offline_api.bp,
    payment_views.bp,
    shop_views.bp,
    receipt_views.bp,
    refund_views.bp,
    waiting_views.bp,
    sharing_views.bp,
    change_views.bp,
    letter_views.bp,
    find_views.bp,
    api_views.bp,
)
OTHERS = (
    health.bp,
    metrics.bp,
    staff_views.bp,
    invitation_views.bp,
    account_views.bp,
    factor_sign_in.bp,
    factor_views.bp,
    forgotten_views.bp,
    passkey_views.bp,
    order_views.bp,
    take_along_views.bp,
    wallet_views.bp,
    held_views.bp,
    door_views.bp,
    office_views.bp,
    money_views.bp,
    report_views.bp,
    export_views.bp,
    message_views.bp,
    office_order_views.bp,
    order_actions.bp,
    order_correct.bp,
    order_desk.bp,
    ticket_actions.bp,
    event_cancel.bp,
    guest_views.bp,
    allotment_views.bp,
    promo_views.bp,
    editor_views.bp,
    editor_new.bp,
    editor_publish.bp,
    office_waiting_views.bp,
    office_door_views.bp,
    door_actions.bp,
    door_conflicts.bp,
    door_sheet.bp,
    door_paper.bp,
    door_keys.bp,
    people_views.bp,
    privacy_views.bp,
    audit_views.bp,
    office_api_views.bp,
    hook_views.bp,
    boxoffice_views.bp,
    boxoffice_sale_views.bp,
    boxoffice_shift_views.bp,
)


def composers() -> Composers:
    """Who writes which kind of letter."""
    rooms: tuple[Composers, ...] = (
        order_letters.COMPOSERS,
        change_letters.COMPOSERS,
        desk_letters.COMPOSERS,
        holder_letters.COMPOSERS,
        address_letters.COMPOSERS,
        event_letters.COMPOSERS,
        finding.COMPOSERS,
        payment_letters.COMPOSERS,
        waiting_letters.COMPOSERS,
        message_letters.COMPOSERS,
        staff_letters.COMPOSERS,
    )
    return {kind: composer for room in rooms for kind, composer in room.items()}
