"""What a verdict says at the door: words, facts, advice, each in Japanese and English.

Voice: what is so, then what to do. `{name}` is filled by the page.
"""

WORDS = {
    "word.go": ("入場OK", "GO IN"),
    "word.back": ("再入場OK", "BACK IN"),
    "word.out": ("退場OK", "OUT"),
    "word.already": ("使用済み", "ALREADY IN"),
    "word.used": ("使用済み", "ALREADY USED"),
    "word.not_inside": ("記録なし", "NO RECORD"),
    "word.full": ("満員", "ROOM FULL"),
    "word.no": ("無効", "NOT VALID"),
    "word.ask": ("要確認", "ASK"),
    "word.wait": ("確認中", "CHECKING"),
    "word.moment": ("お待ちください", "ONE MOMENT"),
    "word.undone": ("取消済み", "TAKEN BACK"),
    "word.allowed": ("責任者が許可", "LET IN BY HAND"),
    "word.device_revoked": ("登録解除", "TABLET OFF"),
    "gate.code": ("ゲート\N{WORD JOINER}{code}", "Gate\N{NO-BREAK SPACE}{code}"),
    "mark.offline": ("オフライン判定", "DECIDED OFFLINE"),
    "mark.override": ("責任者 {name} の許可", "allowed by {name}"),
    "back.fact": ("初回の入場 {time} {gate}", "First in {time}, {gate}"),
    "tablet.this": ("・この端末", ", this tablet"),
    "tablet.other": ("・別の端末", ", other tablet"),
    "ago.seconds": ("{n}秒前", "{n} s ago"),
    "ago.minutes": ("{n}分前", "{n} min ago"),
    "ago.hours": ("{h}時間{m}分前", "{h} h {m} min ago"),
}

REASONS = {
    "already_inside.entry": (
        "{time} {gate}で入場({ago}{tablet})。",
        "Entered {time} at {gate}, {ago}{tablet}.",
    ),
    "already_inside.here": (
        "この端末で読み取ったばかりです({ago})。",
        "Just scanned on this tablet, {ago}.",
    ),
    "already_inside.why": ("このチケットの方は入場中です。", "The guest with this ticket is already inside."),
    "already_inside.do": (
        "本人に聞き、退場していれば責任者を呼んでください。",
        "Ask the guest. If they left, call the supervisor.",
    ),
    "already_used.entry": (
        "再入場できない券種です。{time} {gate}で入場済みです。",
        "This ticket lets in once: it was used {time} at {gate}.",
    ),
    "already_used.why": (
        "再入場できない券種で、使用済みです。",
        "This ticket lets in once and has been used.",
    ),
    "already_used.do": ("チケット窓口へご案内ください。", "Send the guest to the ticket desk."),
    "not_inside.why": ("このチケットの入場記録がありません。", "No entry is on record for this ticket."),
    "room_full.why": ("定員に達しています。", "The room has reached its limit."),
    "room_full.do": (
        "退場者が出るまで、列でお待ちいただいてください。",
        "Ask the guest to wait in line until someone leaves.",
    ),
    "room_full.reserved": (
        "残りの{n}席は、ほかの端末が確保しています。",
        "Other tablets keep the last {n} places.",
    ),
    "room_full.moment": (
        "空きを確かめています。そのままお待ちいただいてください。",
        "Asking for a place. Keep the guest here for a moment.",
    ),
    "room_full.reserved.do": (
        "少し待ってもう一度読み取るか、ほかのゲートへご案内ください。",
        "Scan again in a moment, or send the guest to another gate.",
    ),
    "wrong_program.why": (
        "この券種では、いまのプログラムに入場できません。",
        "This ticket type does not admit to what is on now.",
    ),
    "wrong_program.when": (
        "いまのプログラムには入場できない券種です。対象プログラムの開場は{time}です。",
        "This ticket type does not admit to what is on now. Its doors open at {time}.",
    ),
    "wrong_program.do": (
        "対象のプログラムの時刻をご案内ください。",
        "Tell the guest when the program on the ticket begins.",
    ),
    "too_early.why": ("このチケットの開場前です。", "Doors are not open yet for this ticket."),
    "too_early.when": ("このチケットの開場は{time}です。", "Doors open at {time} for this ticket."),
    "too_early.do": ("開場までお待ちいただいてください。", "Ask the guest to come back when doors open."),
    "too_late.why": ("このチケットの入場時間は終わりました。", "Entry with this ticket is over."),
    "too_late.do": ("チケット窓口へご案内ください。", "Send the guest to the ticket desk."),
    "revoked.why": (
        "取り消されたチケットです(キャンセル・払い戻し・再発行)。",
        "This ticket was canceled, refunded or reissued.",
    ),
    "revoked.do": (
        "新しいチケットがないか聞き、なければチケット窓口へご案内ください。",
        "Ask for a newer ticket. Without one, send the guest to the ticket desk.",
    ),
    "other_event.why": ("別のイベントのチケットです。", "This ticket is for another event."),
    "other_event.do": ("日付と会場を一緒にご確認ください。", "Check the date and the place with the guest."),
    "unknown.why": ("このコードのチケットは見つかりません。", "No ticket has this code."),
    "unknown.do": (
        "注文メールのチケットを開いてもらい、だめならチケット窓口へご案内ください。",
        "Ask for the ticket in the order mail. If that fails, send the guest to the ticket desk.",
    ),
    "malformed.why": ("チケットのコードではありません。", "This is not a ticket code."),
    "malformed.do": (
        "チケットのQRコードを見せてもらってください。",
        "Ask the guest to show the QR code of the ticket.",
    ),
    "undecided.why": (
        "サーバーにつながらず、まだ判定していません。",
        "No connection: nothing is decided yet.",
    ),
    "undecided.entry.trying": (
        "入場せずにお待ちいただいてください。自動で確認を続けています。",
        "Keep the guest here. The tablet is trying again.",
    ),
    "undecided.entry.do": (
        "「もう一度」を押すか、責任者を呼んでください。",
        "Try again, or call the supervisor.",
    ),
    "undecided.exit.trying": (
        "お客さまはお通しください。退場の記録を送り直しています。",
        "Let the guest out. The tablet is sending the exit again.",
    ),
    "undecided.exit.do": (
        "お客さまはお通しください。退場は記録されていません。",
        "Let the guest out. The exit is not on record.",
    ),
    "not_listed.why": (
        "{list}のリストにありません(オフライン)。",
        "Not on the list of {list} (offline).",
    ),
    "not_listed.do": (
        "注文番号を確認し、責任者を呼んでください。",
        "Look at the order code and call the supervisor.",
    ),
    "no_permit.why": (
        "この端末で入場できる残りがありません(オフライン)。",
        "No more may enter at this tablet (offline).",
    ),
    "no_permit.do": (
        "列でお待ちいただき、ほかのゲートに空きがあるか責任者に聞いてください。",
        "Ask the guest to wait, and ask the supervisor which gate has places.",
    ),
    "not_home.why": (
        "オフラインの間、このチケットはこの端末では受け付けられません。",
        "While offline, this ticket is taken at another door.",
    ),
    "not_home.do": (
        "ほかのゲートへご案内ください。どのゲートも使えないときは責任者を呼んでください。",
        "Send the guest to the other gate. If no gate takes it, call the supervisor.",
    ),
    "no_list.why": (
        "この端末には、チケットのリストがまだありません(オフライン)。",
        "This tablet has no list of tickets yet (offline).",
    ),
    "no_list.do": (
        "ほかの端末へご案内し、Wi-Fiを確かめて責任者を呼んでください。",
        "Send the guest to another tablet, check the Wi-Fi and call the supervisor.",
    ),
    "storage.why": (
        "この端末に記録を保存できませんでした。",
        "This tablet could not keep the scan.",
    ),
    "storage.do": (
        "入場させずに、別の端末をお使いください。",
        "Do not let the guest in with it: use another tablet.",
    ),
    "other_tab.why": (
        "この端末では、別のタブで受付をしています。",
        "Another tab of this tablet is scanning.",
    ),
    "other_tab.do": (
        "このタブを閉じ、別のタブで読み取ってください。",
        "Close this tab and scan in the other one.",
    ),
    "undone.why": ("この入場は取り消されました。", "This entry was taken back."),
    "undone.do": ("もう一度読み取ってください。", "Scan the ticket again."),
    "exit.do": ("お通しして、責任者に知らせてください。", "Let the guest out and tell the supervisor."),
    "device_revoked.why": ("この端末の登録は取り消されました。", "This tablet is no longer registered."),
    "device_revoked.do": (
        "入場を止め、責任者から新しい登録コードを受け取ってください。",
        "Let nobody in with it. Get a new pairing code from the supervisor.",
    ),
}
