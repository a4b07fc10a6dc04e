"""A page to read the letters that went into a folder instead of to a mail server.

For rehearsals and tests: read only, on loopback only. Nothing that a letter carries can run or load anything.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, current_app, jsonify, render_template, request, send_file, send_from_directory

from ticketing.core.assets import BUILD, asset_url, templates_folder
from ticketing.mail.reading import Letter, LetterFolder

PAGE = 200  # letters in one list; `?before=<file>` goes on with older ones
_INLINE = {"application/pdf", "image/png", "image/jpeg"}
_TOKYO = ZoneInfo("Asia/Tokyo")
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Letters carry their styles with them, as mail programs want it; their links open in a tab of their own.
_LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def create_inbox(folder: Path) -> Flask:
    """An app over the `.eml` files of this folder, newest first; the folder may come into being later.

    Requests under any but a loopback name are refused with 400, so that no page elsewhere can read letters
    through a name of its own that leads here."""
    app = Flask("ticketing.mail.inbox", template_folder=str(templates_folder()), static_folder=None)
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.extensions["ticketing.letters"] = LetterFolder(folder)
    app.jinja_env.globals["asset"] = asset_url
    app.jinja_env.filters["tokyo"] = _tokyo
    app.add_url_rule("/", "index", _index)
    app.add_url_rule("/inbox.json", "as_json", _as_json)
    app.add_url_rule("/letters/<file>", "letter", _show)
    app.add_url_rule("/letters/<file>/html", "html", _html)
    app.add_url_rule("/letters/<file>/attachments/<int:number>", "attachment", _attachment)
    app.add_url_rule("/static/build/<path:name>", "static", _asset)
    app.after_request(_guard)
    return app


def _index() -> str:
    letters = _folder().letters(PAGE, request.args.get("before", ""))
    return render_template("mail_inbox/index.html", letters=letters, folder=_folder().folder, page=PAGE)


def _as_json() -> Response:
    """The same list for programs; `?to=` keeps what went to one address."""
    wanted = request.args.get("to", "").strip().casefold()
    letters = _folder().letters(PAGE, request.args.get("before", ""))
    return jsonify([_facts(letter) for letter in letters if wanted in letter.to.casefold()])


def _facts(letter: Letter) -> dict[str, object]:
    return {
        "file": letter.file,
        "to": letter.to,
        "subject": letter.subject,
        "date": letter.sent_at.isoformat(),
        "attachments": [attachment.name for attachment in letter.attachments],
    }


def _show(file: str) -> str:
    return render_template("mail_inbox/letter.html", letter=_wanted(file))


def _html(file: str) -> Response:
    html = _wanted(file).html
    if not html:
        abort(404)
    # Without it, links would try to open inside the frame, where nothing may load.
    response = Response(f'<!doctype html><base target="_blank">{html}')
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    return response


def _attachment(file: str, number: int) -> Response:
    attachments = _wanted(file).attachments
    if not 1 <= number <= len(attachments):
        abort(404)
    chosen = attachments[number - 1]
    download = chosen.kind not in _INLINE
    kind = "application/octet-stream" if download else chosen.kind
    return send_file(BytesIO(chosen.content), kind, as_attachment=download, download_name=chosen.name)


def _asset(name: str) -> Response:
    return send_from_directory(BUILD, name)


def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _folder() -> LetterFolder:
    return cast(LetterFolder, current_app.extensions["ticketing.letters"])


def _wanted(file: str) -> Letter:
    letter = _folder().find(file)
    if letter is None:
        abort(404)
    return letter


def _tokyo(instant: datetime) -> str:
    return f"{instant.astimezone(_TOKYO):%Y-%m-%d %H:%M:%S}"
