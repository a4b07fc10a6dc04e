"""The words on the stand-in's pages, in English and Japanese. The island has its own small catalog."""

_TEXTS: dict[str, tuple[str, str]] = {
    "rehearsal": ("Test payment: no money moves.", "テスト決済です。お金は動きません。"),
    "rehearsal_more": (
        "This page is a local rehearsal of Stripe's payment page. Never type a real card here.",
        "このページはStripeの決済画面を手元で再現したものです。実際のカード番号は入力しないでください。",
    ),
    "title": ("Payment", "お支払い"),
    "total": ("Total", "合計"),
    "method": ("How do you want to pay?", "お支払い方法"),
    "card": ("Card", "カード"),
    "konbini": ("Convenience store", "コンビニ"),
    "card_number": ("Card number", "カード番号"),
    "exp": ("Expiry (MM/YY)", "有効期限(月/年)"),
    "cvc": ("Security code", "セキュリティコード"),
    "confirmation_number": ("Confirmation number", "確認番号"),
    "confirmation_hint": (
        "Optional, 10 or 11 digits. You type it again at the till.",
        "任意、数字10桁または11桁。店頭でもう一度入力します。",
    ),
    "email": ("Receipt goes to", "控えの送付先"),
    "pay": ("Pay %(amount)s", "%(amount)sを支払う"),
    "finish": ("Complete the order", "注文を確定する"),
    "back": ("Back to the shop", "お店に戻る"),
    "cards_title": ("Test cards", "テスト用カード"),
    "card_ok": ("Payment succeeds", "支払いが完了する"),
    "card_declined": ("Declined", "承認されない"),
    "card_funds": ("Declined: not enough funds", "残高不足で承認されない"),
    "card_3ds": ("Asks for confirmation (3D Secure)", "本人確認がある(3Dセキュア)"),
    "card_dispute": ("Succeeds, then disputed", "完了後に異議申し立てとなる"),
    "card_rule": ("Any date in the future, any three digits.", "有効期限は未来の月、セキュリティコードは任意の3桁。"),
    "look": ("Something needs a look before you pay.", "お支払いの前にご確認ください。"),
    "voucher_title": ("Pay at a convenience store", "コンビニでお支払いください"),
    "voucher_until": ("Pay by %(when)s (Japan time).", "%(when)s(日本時間)までにお支払いください。"),
    "voucher_store": ("Store", "店舗"),
    "voucher_code": ("Payment code", "払込番号"),
    "voucher_next": (
        "The shop writes to you once the money has arrived. You can close this page.",
        "入金が確認できると、お店からメールが届きます。このページは閉じてかまいません。",
    ),
    "voucher_over": (
        "This payment slip is over. Nothing was charged.",
        "この払込票は終了しました。料金はかかっていません。",
    ),
    "expired_title": ("This payment page has expired", "この決済ページは期限切れです"),
    "expired_text": (
        "Nothing was charged. Go back to the shop and order again.",
        "料金はかかっていません。お店に戻り、もう一度ご注文ください。",
    ),
    "complete_title": ("This order is paid", "お支払いは完了しています"),
    "complete_text": ("Nothing is left to do here.", "ここでの手続きはありません。"),
    "continue": ("Continue", "続ける"),
    "confirm_title": ("Your bank asks: is this you?", "カード会社による本人確認"),
    "confirm_text": (
        "Confirm the payment of %(amount)s with the card ending in %(last4)s.",
        "末尾%(last4)sのカードで%(amount)sの支払いを承認してください。",
    ),
    "confirm_yes": ("Yes, confirm", "承認する"),
    "confirm_no": ("No, refuse", "承認しない"),
    "unknown_title": ("There is no such payment page", "この決済ページはありません"),
    "unknown_text": (
        "Check the address, or start again from the shop.",
        "アドレスを確認するか、お店からやり直してください。",
    ),
    # what Stripe's mails link to
    "refund_title": ("Where shall the refund go?", "返金先の口座"),
    "refund_text": (
        "The shop gives %(amount)s back. Type the bank account it should go to.",
        "お店から%(amount)sの返金があります。受け取る口座を入力してください。",
    ),
    "routing_number": ("Bank and branch code", "銀行コードと支店コード"),
    "account_number": ("Account number", "口座番号"),
    "bank_hint": ("Test: 1100000", "テスト用:1100000"),
    "account_hint": ("Test: 0001234 succeeds, 1111113 comes back", "テスト用:0001234は成功、1111113は差し戻し"),
    "refund_send": ("Use this account", "この口座で受け取る"),
    "refund_done_title": ("Nothing is needed for this refund", "この返金に必要な手続きはありません"),
    "refund_done_text": ("%(amount)s, state: %(status)s.", "%(amount)s、状態:%(status)s。"),
    "receipt_title": ("Receipt for a test payment", "テスト決済の控え"),
    "receipt_text": ("%(amount)s, payment %(charge)s.", "%(amount)s、お支払い番号 %(charge)s。"),
    # what can be wrong with a field
    "bank_digits": ("Type seven digits.", "数字7桁で入力してください。"),
    "bank_unknown": ("This account is not one of the test accounts.", "テスト用の口座ではありません。"),
    "unknown_method": ("Choose how you want to pay.", "お支払い方法を選んでください。"),
    "invalid_number": ("Type the whole card number.", "カード番号をすべて入力してください。"),
    "incomplete_expiry": (
        "Type the expiry as MM/YY, for example 12/34.",
        "有効期限を「12/34」の形で入力してください。",
    ),
    "invalid_expiry_month": ("The month is a number from 01 to 12.", "月は01から12で入力してください。"),
    "invalid_expiry_year": (
        "This card's date is over. Use another card.",
        "有効期限が過ぎています。別のカードをお使いください。",
    ),
    "invalid_cvc": ("Type the 3 or 4 digits on the card.", "カードの3桁または4桁の番号を入力してください。"),
    "invalid_confirmation_number": (
        "Type 10 or 11 digits, for example your phone number.",
        "10桁または11桁の数字を入力してください(例:電話番号)。",
    ),
    "rejected_confirmation_number": (
        "The store does not accept this number. Use another one.",
        "この番号は店舗で使えません。別の番号を入力してください。",
    ),
    # why a card was not accepted
    "generic_decline": (
        "Your bank did not accept the card. Nothing was charged. Try again or use another card.",
        "カード会社の承認が得られませんでした。料金はかかっていません。もう一度試すか、別のカードをお使いください。",
    ),
    "insufficient_funds": (
        "There is not enough money on the card. Nothing was charged. Use another card.",
        "カードの残高が足りません。料金はかかっていません。別のカードをお使いください。",
    ),
    "expired_card": (
        "The card has expired. Use another card.",
        "カードの有効期限が過ぎています。別のカードをお使いください。",
    ),
    "incorrect_cvc": (
        "The security code is not right. Look at the card again.",
        "セキュリティコードが違います。カードをもう一度ご確認ください。",
    ),
    "processing_error": (
        "The card could not be processed. Nothing was charged. Try again in a moment.",
        "カードを処理できませんでした。料金はかかっていません。少し待ってから、もう一度お試しください。",
    ),
    "test_mode_live_card": (
        "Only Stripe's test cards work here. Nothing was sent anywhere.",
        "ここで使えるのはStripeのテスト用カードだけです。番号はどこにも送信していません。",
    ),
    "payment_intent_authentication_failure": (
        "The payment was not confirmed. Nothing was charged. Try again or use another card.",
        "本人確認ができませんでした。料金はかかっていません。もう一度試すか、別のカードをお使いください。",
    ),
}
_SAME_AS = {"lost_card": "generic_decline", "stolen_card": "generic_decline", "authentication_required": "look"}


def text(name: str, locale: str, **values: str) -> str:
    """The text called `name` in `ja` or `en`."""
    english, japanese = _TEXTS[_SAME_AS.get(name, name)]
    chosen = japanese if locale == "ja" else english
    return chosen % values if values else chosen
