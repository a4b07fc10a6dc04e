"""What the scanner's panels say: undo, supervisor, parties, search, self-test; each in Japanese and English."""

_UNDO = {
    "undo.key": ("取消(あ\N{WORD JOINER}と\N{WORD JOINER}{n}\N{WORD JOINER}秒)", "Undo ({n}\N{NO-BREAK SPACE}s)"),
    "undo.done": ("{what}を取り消しました。", "Taken back: {what}."),
    "undo.done_many": ("{n}人の入場を取り消しました。", "{n} entries taken back."),
    "undo.late": (
        "取り消せるのは10秒以内です。退場モードで読み取るか、責任者を呼んでください。",
        "It is over 10 seconds ago. Scan the ticket out, or call the supervisor.",
    ),
    "undo.no_permit": (
        "いま取り消せません(この端末の受け入れ枠がありません)。入場モードで読み取ってください。",
        "Not possible: no more may enter here. Scan the ticket in instead.",
    ),
    "undo.failed": (
        "取り消せませんでした。もう一度押すか、責任者を呼んでください。",
        "Not taken back. Tap again, or call the supervisor.",
    ),
}

_SUPERVISOR = {
    "override.title": ("責任者の許可で入場", "Let in by the supervisor"),
    "override.lead": ("理由を選んでください。記録に残ります。", "Choose the reason. It is kept on record."),
    "override.left": ("退場の読み取りがなかった", "Left without being scanned out"),
    "override.phone": ("チケットを表示できない", "The ticket cannot be shown"),
    "override.sold": ("購入直後・リスト未反映", "Bought just now, not on the list"),
    "override.ours": ("こちらの手違い", "Our own mistake"),
    "override.other": ("そのほかの理由", "Another reason"),
    "override.other_send": ("この理由で進む", "Go on with this reason"),
    "override.no_reason": ("理由を入力してください。", "Type the reason."),
    "override.refused": (
        "許可できませんでした。画面の案内に従ってください。",
        "It was not possible. Do as the screen says.",
    ),
    "pin.title": ("責任者の確認", "Supervisor"),
    "pin.who": ("責任者を選んでください。", "Choose your name."),
    "pin.label": ("{name}の暗証番号", "PIN of {name}"),
    "pin.delete": ("1字消す", "Delete"),
    "pin.ok": ("決定", "OK"),
    "pin.digits": ("{n}桁入力", "{n} digits"),
    "pin.short": ("暗証番号は6桁以上です。", "A PIN has at least 6 digits."),
    "pin.checking": ("確認しています。", "Checking."),
    "pin.wrong": ("暗証番号が違います。もう一度入力してください。", "Wrong PIN. Type it again."),
    "pin.wait": (
        "暗証番号が続けて違いました。あと{n}秒お待ちください。",
        "Wrong several times. Wait {n} s, then try again.",
    ),
    "pin.nobody": (
        "責任者の暗証番号が登録されていません。管理画面の「入場受付」で登録してください。",
        "No supervisor has a PIN for this event. Add one in the office, under the door.",
    ),
    "pin.back": ("戻る", "Back"),
    "empty.key": ("場内を空にする", "The room is empty"),
    "empty.lead": (
        "全員の退場を目で確かめてから進んでください。場内{inside}人の記録を終え、人数を0に戻します。",
        "Look first: nobody may be left in the room. The {inside} people on record leave, the count goes to 0.",
    ),
    "empty.go": ("責任者の確認へ進む", "Go on to the PIN"),
    "empty.done": ("場内を空にしました。場内は{inside}人です。", "Done. {inside} inside."),
    "empty.offline": (
        "オフラインの間はできません。つながってから行ってください。",
        "Not possible while offline. Do it when the connection is back.",
    ),
    "empty.failed": (
        "サーバーにつながらず、空にできたか分かりません。もう一度行ってください。",
        "No answer came. Do it again: it will not count twice.",
    ),
}

_PARTY = {
    "party.group": ("この注文のほかのチケット", "Other tickets of this order"),
    "party.line": ("この注文 {of}枚のうち{n}枚が未入場", "{n} of {of} not in"),
    "party.all": ("残り{n}人を入場", "Admit all {n}"),
    "party.one": ("残り1人を入場", "Admit the other one"),
    "party.choose": ("選ぶ", "Choose"),
    "party.close": ("閉じる", "Close"),
    "party.title": ("入場する人を選ぶ", "Choose who goes in"),
    "party.send": ("選んだ{n}人を入場", "Admit {n}"),
    "party.none": ("1人以上選んでください。", "Choose at least one."),
    "party.working": ("{n}人を確認しています。", "Checking {n}."),
    "party.done": ("{n}人が入場しました。", "{n} admitted."),
    "party.partly": ("{n}人が入場、{not}人は入場できません。", "{n} admitted, {not} not."),
    "party.refused": ("{n}番 {tier}: {why}", "No. {n}, {tier}: {why}"),
    "party.unsure": ("サーバーにつながりませんでした。", "No connection."),
    "party.inside": ("入場中", "inside"),
    "party.revoked": ("取消済み", "canceled"),
    "party.used": ("使用済み", "used"),
    "party.out": ("未入場", "not in"),
}

_SEARCH = {
    "search.title": ("名前で検索", "Find by name"),
    "search.order_title": ("注文番号で検索", "Find by order code"),
    "search.label": (
        "名前(漢字・かな・ローマ字)または注文番号",
        "Name (kanji, kana, Latin letters) or order code",
    ),
    "search.order_label": ("注文番号(例: K7M2QFA または K7M2QFA-1)", "Order code, such as K7M2QFA or K7M2QFA-1"),
    "search.start": ("2文字以上入力してください。", "Type at least two characters."),
    "search.found": ("{n}件", "{n} found"),
    "search.many": ("{n}件のうち{shown}件を表示。続けて入力してください。", "{shown} of {n}. Type on."),
    "search.nothing": (
        "見つかりません。漢字の名前は漢字で入力するか、注文番号で探してください。リストは{list}時点のものです。",
        "Nothing found. Type kanji names in kanji, or use the order code. The list is of {list}.",
    ),
    "search.no_list": (
        "この端末にはリストがまだありません。",
        "This tablet has no list yet.",
    ),
}

_SELFTEST = {
    "test.title": ("端末の点検", "Self-test"),
    "test.key": ("端末を点検する", "Test this tablet"),
    "test.lead": (
        "開場前に、すべての端末で行ってください。1分以内に終わります。",
        "Run it on every tablet before doors open. It takes less than a minute.",
    ),
    "test.start": ("点検を始める", "Start the test"),
    "test.again": ("もう一度点検する", "Test again"),
    "test.camera": ("カメラ", "Camera"),
    "test.code": ("QRコードの読み取り", "Reading a code"),
    "test.sound": ("音", "Sound"),
    "test.network": ("サーバーとの接続", "Connection"),
    "test.clock": ("時計", "Clock"),
    "test.storage": ("記録の保存", "Storage"),
    "test.list": ("チケットのリスト", "List of tickets"),
    "test.screen": ("画面の点灯", "Screen stays on"),
    "test.wait": ("確認中", "testing"),
    "test.ok": ("良好", "OK"),
    "test.bad": ("要対応", "needs a look"),
    "test.skipped": ("未確認", "not tested"),
    "test.camera.bad": (
        "映像がありません。ブラウザの設定でカメラを許可してください。",
        "No picture. Allow the camera in the browser's settings.",
    ),
    "test.code.bad": (
        "読み取れませんでした。ページを再読み込みしてください。",
        "The test code was not read. Reload the page.",
    ),
    "test.sound.ask": ("音が鳴りましたか。", "Did you hear the sound?"),
    "test.sound.yes": ("聞こえた", "I heard it"),
    "test.sound.no": ("聞こえない", "No sound"),
    "test.sound.bad": (
        "音量を上げ、消音を解除してください。",
        "Turn the volume up and the mute switch off.",
    ),
    "test.network.ok": ("応答 {ms}ミリ秒", "answers in {ms} ms"),
    "test.network.bad": (
        "つながりません。Wi-Fiを確かめてください。",
        "No answer. Check the Wi-Fi.",
    ),
    "test.clock.ok": ("ずれ {s}秒", "{s} s off"),
    "test.clock.bad": (
        "{s}秒ずれています。端末の設定で時刻を自動にしてください。",
        "{s} s off. Set the tablet's clock to automatic.",
    ),
    "test.storage.bad": (
        "保存できません。プライベートブラウズをやめ、空き容量を確かめてください。",
        "Scans cannot be kept. Leave private browsing and free some space.",
    ),
    "test.storage.volatile": (
        "保存できます。ホーム画面に追加すると、消えにくくなります。",
        "Works. Add the page to the home screen so that it stays.",
    ),
    "test.list.ok": ("{n}枚、{time}時点", "{n} tickets, as of {time}"),
    "test.list.bad": (
        "リストが届いていないか、古くなっています。接続を確かめてください。",
        "The list is missing or old. Check the connection.",
    ),
    "test.screen.bad": (
        "自動で消えることがあります。端末の設定で自動ロックを「なし」にしてください。",
        "It may go dark. Set the tablet's auto-lock to never.",
    ),
    "test.all_ok": ("この端末は準備できています。", "This tablet is ready."),
    "test.some_bad": ("{n}項目に対応が必要です。", "{n} need a look."),
    "test.sent": ("結果を管理画面へ送りました。", "The office has the result."),
}

PANELS = _UNDO | _SUPERVISOR | _PARTY | _SEARCH | _SELFTEST
