"""The texts of the scanner page. Both languages stand on the page at once, so these are plain tables of two columns."""

from ticketing.door.panel_texts import PANELS
from ticketing.door.verdict_texts import REASONS, WORDS

_SCREENS = {
    "page.title": ("入場受付", "Door"),
    "page.no_script": ("このページはJavaScriptで動きます。", "This page needs JavaScript."),
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
    "pairing.name_taken": (
        "この名前の端末はもう登録されています。別の名前にして、もう一度「登録する」を押してください。コードはそのまま使えます。",
        "Another tablet has this name. Choose another one and pair again; the code is still good.",
    ),
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
    "pairing.lost": (
        "この端末の記録が消えたため、登録し直しが必要です。責任者から新しい登録コードを受け取ってください。",
        "This tablet lost what it had kept. Get a new pairing code from the supervisor.",
    ),
    "shift.title": ("受付の準備", "Ready for the shift"),
    "shift.lead": (
        "開始すると音が出て、カメラを使います。画面は点灯したままになります。",
        "Starting turns on the sound and the camera and keeps the screen on.",
    ),
    "shift.start": ("受付を始める", "Start shift"),
    "status.rehearsal": ("リハーサル", "REHEARSAL"),
    "mode.entry": ("入場モード", "WAY IN"),
    "mode.exit": ("退場モード", "WAY OUT"),
    "chip.entry": ("入場", "IN"),
    "chip.exit": ("退場", "OUT"),
    "status.inside": ("場内", "inside"),
    "status.permits": ("この端末で入場できる残り", "may still enter here"),
    "status.tablet": ("端末 {name}", "tablet {name}"),
    "status.unsent": ("未送信 {n}", "unsent {n}"),
    "status.list": ("リスト {time}", "list {time}"),
    "status.list_old": ("リスト {ago}", "list {ago}"),
    "status.no_list": ("リストなし", "no list"),
    "status.battery": ("電池 {n}%", "battery {n}%"),
    "status.storage": ("端末に保存できません", "cannot keep scans"),
    "warn.near": ("あと{n}人で満員", "{n} places left"),
    "warn.full": ("満員", "FULL"),
    "warn.over": ("定員を{n}人超過", "{n} over the limit"),
    "warn.none": ("受け入れ枠なし", "NONE LEFT HERE"),
    "link.online": ("オンライン", "ONLINE"),
    "link.offline": ("オフライン {since}から", "OFFLINE since {since}"),
    "offline.banner": (
        "オフラインで動作中({since}から)。このまま続けてください。入場はあと{n}人まで、記録は端末に保存しています。",
        "Working offline since {since}. Carry on: {n} more may enter here, every scan is kept on this tablet.",
    ),
    "offline.none": (
        "オフラインで動作中({since}から)。この端末で入場できる残りは0人です。退場は続け、入場は責任者の指示を待ってください。",
        "Working offline since {since}. Nobody more may enter here: scan exits, and call the supervisor for entries.",
    ),
    "offline.no_list": (
        "{since}からサーバーにつながらず、この端末にはリストがありません。入場を止め、責任者を呼んでください。",
        "No connection since {since}, and this tablet has no list. Let nobody in with it: call the supervisor.",
    ),
    "offline.broken": (
        "オフラインで、この端末には記録を保存できません。入場を止め、別の端末を使ってください。",
        "Offline, and this tablet cannot keep scans. Let nobody in with it: use another tablet.",
    ),
    "elsewhere.banner": (
        "別のタブで受付中です。このタブを閉じてください。",
        "Another tab of this tablet is scanning. Close this one.",
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
    "key.camera": ("カメラ切\N{WORD JOINER}替", "Other camera"),
    "key.to_exit": ("退場モードへ", "To WAY OUT"),
    "key.to_entry": ("入場モードへ", "To WAY IN"),
    "key.undo": ("直前を取消", "Undo last"),
    "key.find_name": ("名前で検索", "Find name"),
    "key.find_order": ("注文番号で検索", "Find order"),
    "key.supervisor": ("責任者の許可", "Supervisor"),
    "key.count": ("スタッフ・来賓", "Staff or guest"),
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
    "counting.title": ("コードのない方を数える", "Count people without a code"),
    "counting.lead": (
        "スタッフや来賓も場内の人数に数えます。",
        "Staff and guests of the house count as inside, too.",
    ),
    "counting.staff": ("スタッフ +1", "Staff +1"),
    "counting.guest": ("来賓 +1", "Guest +1"),
    "counting.left": ("退場 −1", "Left −1"),
    "counting.staff.done": ("スタッフを1人数えました。場内は{inside}人です。", "Staff counted. {inside} inside."),
    "counting.guest.done": ("来賓を1人数えました。場内は{inside}人です。", "Guest counted. {inside} inside."),
    "counting.left.done": ("退場を1人数えました。場内は{inside}人です。", "One left. {inside} inside."),
    "counting.nobody": ("場内に人がいないため、引けません。", "Nobody is inside; nothing was counted."),
    "counting.no_answer": (
        "サーバーにつながりません。同じボタンをもう一度押してください(二重には数えません)。",
        "No connection. Tap the same key again: it will not count twice.",
    ),
    "counting.offline": (
        "オフラインの間は数えられません。紙に書いておき、つながってから押してください。",
        "Cannot count while offline. Note it on paper and tap when the connection is back.",
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
    "settings.forget_unsent": (
        "まだ送っていない記録が{n}件あります。Wi-Fiにつなぎ、未送信が0になってから外してください。",
        "{n} scans are not sent yet. Connect to the Wi-Fi and wait until none are left.",
    ),
    "settings.forget_yes": ("登録を外す", "Unpair"),
    "settings.update": ("新しい版に更新する", "Update this page"),
    "settings.update_later": (
        "未送信の記録があります。送信が終わってから更新してください。",
        "Some scans are not sent yet. Update when they are.",
    ),
    "settings.close": ("閉じる", "Close"),
}


def screen_texts() -> dict[str, dict[str, str]]:
    """Every text of the scanner page by language (`ja`, `en`), then by key."""
    table = WORDS | REASONS | _SCREENS | PANELS
    return {
        language: {key: texts[column] for key, texts in table.items()} for column, language in enumerate(("ja", "en"))
    }
