"""The scanner page, and what makes it an app that opens without a network.

It holds no data of its own: everything comes by the JSON behind a paired tablet's token.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template
from werkzeug.exceptions import NotFound

from ticketing.core.assets import BUILD, asset_url, templates_folder
from ticketing.core.i18n import language
from ticketing.door import icon
from ticketing.door.screen_texts import screen_texts
from ticketing.events.rehearsals import all_rehearse

bp = Blueprint("door", __name__)
PAGE = "/door"
SHELL = ("css/door.css", "door/door.js", "door/zxing_reader.wasm", "fonts/league-gothic.woff2")
A_DAY = "public, max-age=86400"


@bp.get(PAGE)
def scanner() -> str:
    """The page that a tablet opens; it pairs itself, then scans."""
    return render_template("door/index.html", lang=language(), texts=screen_texts(), rehearsal=all_rehearse())


@bp.get("/door/files/<path:name>")
def file(name: str) -> Response:
    """A built file of the door, under a path that the service worker may answer for.

    A worker that the page starts is looked up by its own address, not by the page's.
    """
    return make_response(current_app.view_functions["static"](name=f"door/{name}"))


@bp.get("/door/sw.js")
def service_worker() -> Response:
    """The service worker with the list of what it keeps; it is asked for anew each time.

    `/door` itself lies above the script's folder, so the header has to allow it.
    """
    script = (BUILD / asset_url("door/sw.js").removeprefix("/static/build/")).read_text(encoding="utf-8")
    body = f"self.shell = {json.dumps(_shell())};\n{script}"
    response = Response(body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = PAGE
    return response


@cache
def _shell() -> dict[str, Any]:
    """What the page needs to open alone, and a version that changes with any of it."""
    worker = asset_url("door/decoder-worker.js").replace("/static/build/door/", "/door/files/")
    files = [*map(asset_url, SHELL), worker, "/door/manifest.webmanifest", f"/door/icons/{icon.SIZES[0]}.png"]
    digest = hashlib.sha256(json.dumps([files, asset_url("door/sw.js"), screen_texts()]).encode())
    for part in sorted((templates_folder() / "door").iterdir()):
        digest.update(part.read_bytes())
    return {"version": digest.hexdigest()[:16], "page": PAGE, "files": files}


@bp.get("/door/manifest.webmanifest")
def manifest() -> Response:
    """What tablets need to put the scanner on their home screen."""
    texts = screen_texts()
    icons = [_icon(f"{size}", size, "any") for size in icon.SIZES[1:]]
    facts = {
        "id": PAGE,
        "name": f"{texts['ja']['page.title']} {texts['en']['page.title']}",
        "short_name": texts["en"]["page.title"],
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "background_color": icon.GROUND,
        "theme_color": icon.GROUND,
        "icons": [*icons, _icon("maskable", 512, "maskable")],
    }
    return Response(json.dumps(facts), mimetype="application/manifest+json", headers={"Cache-Control": "no-cache"})


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": f"/door/icons/{name}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@bp.get("/door/icons/<name>.png")
def icon_file(name: str) -> Response:
    """The icon: `180`, `192`, `512` pixels wide, or `maskable`."""
    if name not in {"maskable", *map(str, icon.SIZES)}:
        raise NotFound
    drawn = icon.png(512, maskable=True) if name == "maskable" else icon.png(int(name))
    return Response(drawn, mimetype="image/png", headers={"Cache-Control": A_DAY})
