"""Refusals: rooms raise a code, the edge turns it into a page, JSON or a line in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _


class Refused(Exception):
    """An expected refusal. `code` is stable for programs; `facts` fill the text; `status` is for HTTP."""

    def __init__(self, code: str, status: int = 409, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code

    def text(self) -> str:
        """The sentence for people, in the language in force."""
        return str(TEXTS[self.code]) % self.facts


TEXTS = {
    "not_found": _("There is nothing here. Check the address, or start from the event page."),
    "not_on_sale": _("%(tier)s is not on sale right now."),
    "nothing_chosen": _("Choose at least one ticket."),
    "unknown_tier": _("One of the tickets you chose does not exist any more. Choose again."),
    "bad_quantity": _("Choose a number of tickets from the list."),
    "too_many": _("You can buy at most %(limit)s of %(tier)s in one order."),
    "too_many_for_email": _("This e-mail address already has %(count)s tickets; the limit is %(limit)s."),
    "places_gone": _("Someone else took the last places of %(tier)s a moment ago. Left now: %(left)s."),
    "places_free": _("Places are free right now, so there is nothing to wait for: choose your tickets."),
    "no_waiting": _("This event has no waiting list."),
    "offer_over": _("The time for this offer is over, or its places were used already. Nothing was charged."),
    "name_missing": _("Type your name as it should stand on the receipt."),
    "name_too_long": _("That name is too long. Use at most 100 characters."),
    "email_missing": _("Type the e-mail address that your tickets should go to."),
    "email_invalid": _("This e-mail address cannot be right. Check it for typing mistakes."),
    "email_doubtful": _('Is "%(domain)s" right? Did you mean %(suggestion)s?'),
    "payment_unreachable": _(
        "The payment page cannot be reached at the moment. Nothing was charged. Try again in a minute."
    ),
    "too_often": _("That was too often. Wait %(seconds)s seconds and try again."),
    "proof_needed": _(
        "Very much comes from your network right now, so your browser has to do a little work first. "
        "It takes a few seconds; then send this again."
    ),
    "proof_slow": _("Very much comes from your network right now. Wait %(seconds)s seconds, then send this again."),
    "wrong_login": _("E-mail and password do not match."),
    "beyond_role": _(
        "Your own role does not reach that far: you can give and take away only what you may do yourself."
    ),
    "last_owner": _("This is the last owner. Make somebody else an owner first."),
    "person_known": _("Whoever has this address works here already. Change their role in the list instead."),
    "person_changed": _("Somebody else has changed this person in the meantime. Look again."),
    "invitation_over": _("This invitation was used, withdrawn or replaced, or it is too old. Ask for a new one."),
    "password_short": _("The password needs at least %(length)s characters."),
    "password_long": _("The password may have at most %(length)s characters."),
    "privacy_unknown": _("Nothing is known of this address."),
    "privacy_staff": _("Somebody with this address works here. Remove them from the people first."),
    "privacy_unfinished": _(
        "Money of these orders is on its way, or a bank asks about it, so their names are still needed: %(orders)s."
    ),
    "wrong_code": _(
        "This code does not fit. Codes change every 30 seconds, and each works once: wait for the next one."
    ),
    "wrong_passkey": _("This passkey was not taken: it is not known here, or it took too long. Try again."),
    "factor_known": _("This account has a second factor already. Switch it off first to set up another one."),
    "factor_none": _("This account has no second factor yet."),
    "factor_required": _("A role of yours needs a second factor, so it stays on."),
    "factor_first": _("Set up a second factor of your own first: else this would shut you out."),
    "own_factor": _("Your own second factor is switched off on the page of your account, with your password."),
    "sign_in_over": _("This sign-in took too long. Sign in again."),
    "link_over": _("This link was used, or it is too old. Ask for a new one."),
    "wrong_password": _("This is not your present password."),
    "form_expired": _("This page was open for too long. Your input is kept: send it again."),
    "too_large": _("What you sent is too large."),
    "length_required": _("What you sent does not say how long it is."),
    "receipt_unpaid": _("This order is not paid, so there is no receipt. Once it is paid, you get one from its page."),
    "receipt_free": _("Nothing was paid for this order, so there is no receipt."),
    "allotment_nameless": _("Say for whom the places are, in %(limit)s characters at most."),
    "allotment_count": _("Write how many places as a whole number from 1 to %(limit)s."),
    "allotment_over": _("This moment has passed already."),
    "allotment_ended": _("These places are sold again already."),
    "allotment_changed": _("Somebody has changed this meanwhile: it is %(count)s places now."),
    "allotment_given": _("Places that were given already: %(given)s. It cannot be fewer."),
    "allotment_short": _("%(tier)s: %(wanted)s places are wanted, but only %(left)s of those set aside are left."),
    "promo_unknown": _("This code is not known here. Check it for typing mistakes, or go on without it."),
    "promo_early": _("This code cannot be used yet."),
    "promo_over": _("This code cannot be used any more."),
    "promo_used_up": _("This code is used up."),
    "promo_few_left": _("This code is good for %(left)s more tickets only. Choose fewer, or go on without it."),
    "promo_other_tier": _("This code is not for the tickets that you chose."),
    "promo_too_many": _("This code is good for %(limit)s tickets in one order. Choose fewer, or go on without it."),
    "price_below_charge": _(
        "An order of %(total)s cannot be paid: the payment page takes nothing between 1 and 49 yen. "
        "Choose more tickets, or go on without the code."
    ),
    "price_changed": _("Your order comes to %(total)s now. Look at it once more, then go on."),
    "promo_word": _("A code has %(least)s to %(most)s letters and digits, with hyphens if you like."),
    "promo_word_taken": _("The code %(word)s is in force already. Withdraw it first, or choose another word."),
    "promo_too_cheap": _(
        "%(tier)s would cost less than %(least)s yen, which the payment page does not take. "
        "Take off less, or so much that it costs nothing."
    ),
    "promo_window": _("The end must come after the beginning."),
    "promo_used_more": _("%(used)s tickets have this code already. Allow at least as many."),
    "promo_off": _("Say what the code takes off: 1 to 100 percent, or a whole amount above zero."),
    "promo_count": _("Write how many tickets as a whole number from 1 to %(limit)s, or nothing for any number."),
    "promo_note_long": _("That note is too long. Use at most %(limit)s characters."),
    "guest_nameless": _("The name is missing."),
    "list_empty": _("Name at least one guest, or choose a file."),
    "list_unreadable": _("This file cannot be read as a table. Save it as CSV, then choose it again."),
    "list_too_long": _("That are too many lines at once. Use at most %(limit)s."),
    "receipt_closed": _("The tickets of this order went back, so a receipt cannot be issued any more."),
    "addressee_invalid": _("This name has characters that cannot be printed. Type it again without them."),
    "order_unknown": _("There is no order %(order)s. Check the code."),
    "order_over": _("This order has ended already: there is nothing to cancel."),
    "not_paid": _("This order is not paid, so there is nothing to give back."),
    "disputed": _(
        "The buyer's bank took this money back already. Nothing can be refunded until the dispute is decided."
    ),
    "ticket_not_valid": _("One of these tickets is not valid any more. Look at the order again, then choose anew."),
    "nothing_valid": _("No ticket of this order is valid. To give money back all the same, enter an amount."),
    "amount_unreadable": _("Enter the amount as a whole number above zero."),
    "refund_too_much": _("That is more than is left of this payment."),
    "refund_owed": _("What is left belongs to a refund that failed. Ask for that one again, or pay it another way."),
    "refund_not_failed": _("Only a refund that failed can be asked for again, and only once."),
    "note_missing": _("Write how it was paid, for example: bank transfer on 1 December."),
    "note_too_long": _("Write how it was paid in 200 characters at most."),
    "order_changed": _("This order was changed a moment ago. Here is how it stands now: look, then save again."),
    "nothing_to_send": _("This order has no tickets to send, and nothing to pay, or no address is known."),
    "order_note_missing": _("Write something first."),
    "order_note_too_long": _("That note is too long. Use at most %(limit)s characters."),
    "link_ended": _("A new link took the place of this one. Our latest letter about the order has it."),
    "refund_changed": _("Something has changed since you looked. See what would happen now, then confirm again."),
    "paid_meanwhile": _("This order was paid in this very moment. To give the money back, cancel it again."),
    "paying_now": _("The buyer is paying at the store right now. Try again in a few minutes."),
    "stripe_away": _("Stripe does not answer, so the order stays as it was. Try again in a minute."),
    "letter_not_failed": _("Only a letter that could not be sent can be sent again."),
    "slug_differs": _("This is not the address of the event, so nothing was called off. It is: %(slug)s"),
    "refund_closed": _("The last day to give these tickets back has passed, so no money comes back for them."),
    "ticket_used": _("Somebody has entered with one of these tickets, so it cannot be given back."),
    "kana_unreadable": _("Type how the name is read in kana, or leave this empty."),
    "attendee_missing": _("Type the name of the person who comes."),
    "change_closed": _("The last moment to change this ticket has passed."),
    "ticket_passed_on": _("This ticket is passed on to %(name)s. Only they can change it, or give it back."),
    "ticket_disputed": _(
        "A bank is looking into the payment of this ticket. Until it has decided, nothing can change."
    ),
    "ticket_entered": _("Somebody has entered with this ticket, so it cannot be changed any more."),
    "ticket_moved": _("This link does not open a ticket any more: the ticket was passed on or given back."),
    "ticket_delivered": _(
        "The letter to the new holder has arrived, so the ticket is theirs. Ask them to give it back."
    ),
    "address_same": _("Your letters go to this address already."),
    "address_expired": _("This link is too old. Ask for the change again from the page of your order."),
    "address_stopped": _("This change was stopped, or another one was asked for later. Nothing is changed."),
    "address_late": _("It is too late to take this change back here. Write to the organizer."),
    "letter_waits": _("The letter is on its way already; the mail server takes its time. Look again in some minutes."),
    "event_canceled": _(
        "This event is called off. No tickets are sold any more, "
        "and the money for those already paid goes back by itself."
    ),
    "wallet_off": _("This wallet cannot be reached at the moment. Your ticket works without it."),
    "refund_by_hand": _("This was paid in cash, so Stripe cannot send it back. Pay it another way, and note how."),
    "paid_in_cash": _("These tickets were paid in cash at the till. To give them back, write to the organizer."),
    "shift_open": _("You have a shift at this event already."),
    "shift_over": _("This shift is closed: its drawer was counted."),
    "shift_missing": _("Open your shift first: count the cash in the drawer."),
    "count_unreadable": _("Write how many there are of each note and coin as a whole number up to 9999, or nothing."),
    "difference_unexplained": _("The count differs by %(difference)s. Count again, or write what you know about it."),
    "given_too_little": _("That is less than the price. Nothing was sold."),
    "given_unreadable": _("Enter the cash that was given as a whole number, or nothing. Nothing was sold."),
    "event_changed_meanwhile": _(
        "The event was changed a moment ago. Look at the prices, then sell. Nothing was sold."
    ),
    "drawer_short": _("So much should not be in your drawer. Nothing was noted."),
    "float_amount": _("Write the amount as a whole number above zero."),
    "float_unexplained": _("Say what the cash is for, in %(limit)s characters at most."),
    "refund_not_cash": _("This refund is not one of cash: Stripe sends its money."),
    "sale_unknown": _("No sale of this event's tills has this code. Orders of the shop stand in the office."),
    "void_not_cash": _("Only a sale for cash can be voided. What was paid on a phone is refunded in the office."),
    "void_not_whole": _("Something of this order went back already, so it cannot be voided here."),
    "broken": _("Something broke on our side. Nothing was charged. Reload in a minute."),
    "busy": _("Very many people are here right now. Reload in a few seconds."),
    "bad_request": _("What you sent could not be read."),
    "forbidden": _("Your account may not do that."),
    "token_invalid": _(
        "This token opens nothing: it is wrong, was ended, or has run out. Make a new one in the office."
    ),
    "token_name_missing": _("Say what the token is for."),
    "scopes_missing": _("Choose at least one thing that the token may do."),
    "scope_missing": _("This token was not made for that. It needs: %(scope)s."),
    "cursor_invalid": _("This cursor is none of ours. Begin with the first page."),
    "hook_name_missing": _("Say what the webhook is for."),
    "hook_types_missing": _("Choose at least one thing that the webhook is told."),
    "hook_address_invalid": _("The address must be complete and begin with https://, without a password or a #."),
    "hook_address_closed": _("This address lies inside a network. Webhooks go to machines on the open internet."),
    "hooks_too_many": _("An event can have 10 webhooks. Remove one that is not needed any more."),
    "hook_on": _("This webhook is on. Switch it off first."),
    "hook_off": _("This webhook is switched off. Switch it on first."),
    "idempotency_key_missing": _("Send an Idempotency-Key of 1 to 64 visible characters with this call."),
    "idempotency_key_reused": _("This Idempotency-Key was used for another call. Every act needs a key of its own."),
    "pairing_invalid": _("This pairing code is not valid. Codes work once and for 15 minutes: ask for a new one."),
    "device_revoked": _("This tablet is not paired any more. Pair it again."),
    "scan_id_reused": _("This scan id was used for another scan. Every scan needs an id of its own."),
    "not_sure": _("Nothing was written off. Do so only with the tablet in hand, or with the room counted; say which."),
    "name_taken": _("This event knows that name already. Choose another one."),
    "pin_too_short": _("A PIN needs at least 6 digits, and nothing but digits."),
    "limit_invalid": _("The limit of a room must be above zero."),
    "wrong_epoch": _("This queue is from another life of this tablet. Pair it again."),
    "sold_promise": _("This would break what is already sold or in use: %(what)s. Put it back as it was."),
    "slug_taken": _("The address %(slug)s is taken already. Choose another one."),
    "event_unfinished": _("This must still be written before it can be published: %(what)s."),
    "slug_unreadable": _("Use small letters, digits and single -, at most 80, like spring-screening-2026."),
    "start_unreadable": _("Use a day and a time, like 2026-05-01 18:00."),
    "draft_changed": _("Somebody else changed this draft in this very moment. Look at it again, then go on."),
    "event_moved_on": _("The event was changed elsewhere since this draft began. Take those changes in first."),
    "notify_unanswered": _("Say whether to write to everybody with a ticket."),
    "message_empty": _("Write a subject and a text, in Japanese, in English or in both."),
    "message_half": _("A subject needs a text, and a text a subject, in each language."),
    "message_too_long": _("Use at most %(subject)s characters for a subject and %(body)s for a text."),
    "message_changed": _("Somebody else changed or sent this message in the meantime. Look at it again, then go on."),
    "message_nobody": _("This message reaches nobody at the moment, so nothing is sent."),
    "message_unconfirmed": _("Say that the message is about the event and no advertising. Nothing is sent yet."),
    "room_shared": _(
        "The room %(room)s is shared with %(event)s, which offers %(places)s places in it. Do not go below that."
    ),
}
