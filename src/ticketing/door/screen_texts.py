"""The texts of the scanner page. Both languages stand on the page at once, so this is a plain table of two columns.

Voice: what is so, then what to do. `{name}` is filled by the page.
"""

_VERDICTS = {
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
    "word.device_revoked": ("登録解除", "TABLET OFF"),
    "gate.code": ("ゲート{code}", "Door {code}"),
    "back.fact": ("初回の入場 {time} {gate}", "First in {time}, {gate}"),
    "tablet.this": ("・この端末", ", this tablet"),
    "tablet.other": ("・別の端末", ", other tablet"),
    "ago.seconds": ("{n}秒前", "{n} s ago"),
    "ago.minutes": ("{n}分前", "{n} min ago"),
    "ago.hours": ("{h}時間{m}分前", "{h} h {m} min ago"),
}

_REASONS = {
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
    "wrong_program.why": (
        "この券種では、いまのプログラムに入場できません。",
        "This ticket type does not admit to what is on now.",
    ),
    "wrong_program.do": (
        "対象のプログラムの時刻をご案内ください。",
        "Tell the guest when the program on the ticket begins.",
    ),
    "too_early.why": ("このチケットの開場前です。", "Doors are not open yet for this ticket."),
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
    "exit.do": ("お通しして、責任者に知らせてください。", "Let the guest out and tell the supervisor."),
    "device_revoked.why": ("この端末の登録は取り消されました。", "This tablet is no longer registered."),
    "device_revoked.do": (
        "入場を止め、責任者から新しい登録コードを受け取ってください。",
        "Let nobody in with it. Get a new pairing code from the supervisor.",
    ),
}

_SCREENS = {
    "page.title": ("入場受付", "Door"),
    "pairing.title": ("端末の登録", "Pair this tablet"),
    "pairing.lead": (
        "管理画面で発行した登録コードを入力してください。",
        "Type the pairing code that the office shows.",
    ),
    "pairing.code": ("登録コード", "Pairing code"),
    "pairing.code_hint": (
        "1回だけ使えます。発行から15分で無効になります。",
        "Works once, for 15 minutes.",
    ),
    "pairing.name": ("端末の名前", "Name of this tablet"),
    "pairing.name_hint": ("例: A-2", "For example A-2"),
    "pairing.send": ("登録する", "Pair"),
    "pairing.no_code": ("登録コードを入力してください。", "Type the pairing code."),
    "pairing.no_name": ("端末の名前を入力してください。", "Give this tablet a name."),
    "pairing.refused": (
        "このコードは使えません(使用済み、または15分を過ぎています)。新しいコードを発行してください。",
        "This code was used or is over 15 minutes old. Ask the office for a new one.",
    ),
    "pairing.no_answer": (
        "サーバーにつながりません。Wi-Fiを確かめて、もう一度「登録する」を押してください。",
        "The server does not answer. Check the Wi-Fi and pair again.",
    ),
    "pairing.too_many": (
        "続けて失敗したため、しばらく登録できません。1分ほどたってから試してください。",
        "Too many tries. Wait a minute, then pair again.",
    ),
    "pairing.revoked": (
        "この端末の登録は取り消されました。責任者から新しい登録コードを受け取ってください。",
        "This tablet is no longer registered. Get a new pairing code from the supervisor.",
    ),
    "shift.title": ("受付の準備", "Ready for the shift"),
    "shift.lead": (
        "開始すると音が出て、カメラを使います。画面は点灯したままになります。",
        "Starting turns on the sound and the camera and keeps the screen on.",
    ),
    "shift.start": ("受付を始める", "Start shift"),
    "mode.entry": ("入場モード", "WAY IN"),
    "mode.exit": ("退場モード", "WAY OUT"),
    "chip.entry": ("入場", "IN"),
    "chip.exit": ("退場", "OUT"),
    "status.inside": ("場内", "inside"),
    "status.tablet": ("端末 {name}", "tablet {name}"),
    "link.online": ("オンライン", "ONLINE"),
    "link.offline": ("オフライン {since}から", "OFFLINE since {since}"),
    "offline.banner": (
        "{since}からサーバーにつながりません。判定できないため、責任者を呼んでください。",
        "No connection since {since}. Tickets cannot be decided here: call the supervisor.",
    ),
    "history.title": ("直前の読み取り", "Last scans"),
    "camera.asking": ("カメラを準備しています", "Starting the camera"),
    "camera.live": ("QRコードを枠に入れてください", "Hold the code in the frame"),
    "camera.denied": (
        "カメラの使用が許可されていません。ブラウザの設定で許可してください。コード入力は使えます。",
        "The camera is not allowed. Allow it in the browser's settings. Typing a code works.",
    ),
    "camera.missing": (
        "カメラが見つかりません。コード入力かスキャナーをお使いください。",
        "No camera found. Type the code or use a scanner.",
    ),
    "camera.lost": ("カメラの映像が止まりました。", "The camera has stopped."),
    "camera.unreadable": (
        "この端末ではQRコードを読み取れません。コード入力かスキャナーをお使いください。",
        "This tablet cannot read QR codes. Type the code or use a scanner.",
    ),
    "camera.retry": ("もう一度", "Try again"),
    "key.torch": ("ライト", "Torch"),
    "key.camera": ("カメラ切替", "Other camera"),
    "key.to_exit": ("退場モードへ", "To WAY OUT"),
    "key.to_entry": ("入場モードへ", "To WAY IN"),
    "key.settings": ("設定", "Settings"),
    "key.next": ("次へ", "Next"),
    "key.again": ("もう一度", "Try again"),
    "typing.label": ("チケットのコード", "Code on the ticket"),
    "typing.hint": ("コード入力(T1…)", "Type code (T1…)"),
    "typing.send": ("確認", "Check"),
    "typing.empty": ("コードを入力してください。", "Type the code on the ticket."),
    "typing.prefix": (
        "T1で始まるコードを入力してください。",
        "A ticket code starts with T1. Look for it under the QR code.",
    ),
    "typing.alphabet": (
        "コードに使われない文字があります。使うのは半角の数字と、Uを除く英字です。",
        "There is a character that codes never have. They use figures and letters, without U.",
    ),
    "typing.length": (
        "{of}文字のコードです。いまは{n}文字です。",
        "A code has {of} characters; here are {n}.",
    ),
    "typing.check": (
        "どこか1文字が違うか、入れ替わっています。チケットと見比べてください。",
        "One character is wrong or two are swapped. Compare with the ticket.",
    ),
    "settings.title": ("設定", "Settings"),
    "settings.language": ("表示言語", "Language"),
    "settings.hand": ("操作する手", "Hand"),
    "settings.left": ("左手", "Left"),
    "settings.right": ("右手", "Right"),
    "settings.end": ("受付を終える", "End shift"),
    "settings.forget": ("端末の登録を外す", "Unpair this tablet"),
    "settings.forget_sure": (
        "登録を外すと、新しい登録コードなしでは使えません。",
        "Once unpaired, this tablet needs a new pairing code.",
    ),
    "settings.forget_yes": ("登録を外す", "Unpair"),
    "settings.close": ("閉じる", "Close"),
}


def screen_texts() -> dict[str, dict[str, str]]:
    """Every text of the scanner page by language (`ja`, `en`), then by key."""
    table = _VERDICTS | _REASONS | _SCREENS
    return {
        language: {key: texts[column] for key, texts in table.items()} for column, language in enumerate(("ja", "en"))
    }
