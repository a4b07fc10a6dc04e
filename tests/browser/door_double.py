"""A stand-in for the door's server, for tests of the scanner page alone: real template, real scripts, scripted answers.

It speaks the calls of `/api/v1/door/…` as the contract words them. What each code answers is set by the test."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from door_list import DoorList
from flask import Flask, Response, render_template, request, send_from_directory
from werkzeug.serving import make_server

from ticketing.core import edge
from ticketing.core.assets import BUILD, templates_folder
from ticketing.door import views
from ticketing.door.screen_texts import screen_texts

ROOT = Path(__file__).resolve().parents[2]
PAIRING_CODE = "GATE-A-7Q2K"
Answer = dict[str, Any]


def copy_of_built_assets(folder: Path) -> Path:
    """The built assets as they are now: another build beside the tests does not change them under a running page."""
    shutil.copytree(BUILD, folder, ignore=shutil.ignore_patterns("*.gz", "*.ttf"))
    return folder


@dataclass
class DoorDouble:
    """The scripted server: what it answers, and what it was asked."""

    assets: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    scans: list[Answer] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    synced: list[Answer] = field(default_factory=list)
    emptied: list[Answer] = field(default_factory=list)
    list: DoorList = field(default_factory=DoorList)
    heard: Answer = field(default_factory=dict)
    failing: int = 0
    delay: float = 0
    revoked: bool = False
    inside: int = 187
    capacity: int = 300
    url: str = ""
    _by_id: dict[str, Answer] = field(default_factory=dict)

    def admit(self, code: str, **more: Any) -> None:
        """Let `code` in with a 1 DAY ticket."""
        self.answers[code] = {"decision": "admit", "reason": None, **_ticket(), **more}

    def refuse(self, code: str, reason: str, **more: Any) -> None:
        """Refuse `code` for `reason`."""
        ticket = {"ticket": None} if reason in {"unknown", "other_event"} else _ticket()
        self.answers[code] = {"decision": "refuse", "reason": reason, **ticket, **more}

    def scan(self, body: Answer) -> Answer:
        self.scans.append(body)
        if body["id"] not in self._by_id:
            fixed = self._fixed(body)
            self._by_id[body["id"]] = {"first_entry": None, "inside": self.inside, "capacity": self.capacity} | fixed
        return {"id": body["id"]} | self._by_id[body["id"]]

    def _fixed(self, body: Answer) -> Answer:
        """What is set for this code; a supervisor's word turns every refusal but a full room."""
        code = body.get("code") or self.list.code_of(body.get("code_hash", ""))
        fixed = self.answers.get(code, {"decision": "refuse", "reason": "unknown", "ticket": None})
        if body.get("override") and fixed["reason"] != "room_full":
            return fixed | {"decision": "admit", "reason": None}
        return fixed

    def tap(self, body: Answer) -> Answer:
        if body["id"] not in self.taps:
            self.taps.append(body["id"])
            self.inside += body["delta"]
        is_full = self.inside > self.capacity
        self.inside = min(self.inside, self.capacity)
        decision = {"decision": "refuse", "reason": "room_full"} if is_full else {"decision": "admit", "reason": None}
        return {"id": body["id"], **decision, "inside": self.inside, "capacity": self.capacity}

    def sync(self, body: Answer) -> Answer:
        """Keep whatever comes; places are given once."""
        self.synced.extend(body["scans"])
        self.heard |= {name: value for name, value in body["status"].items() if value is not None}
        places = self.list.permits
        return {
            "acked_seq": max((scan["seq"] for scan in self.synced), default=0),
            "results": [{"id": scan["id"], "state": "kept", "conflict": None} for scan in body["scans"]],
            **{"grants": [{"n": 1, "permits": places}] if places else [], "reserve": places, "release": []},
            **{"changes": {"tickets": []}, "list_version": 1, "untracked": 0},
            **{"inside": self.inside, "capacity": self.capacity, "server_time": datetime.now(UTC).isoformat()},
        }

    def empty(self, body: Answer) -> Answer:
        """Nobody is inside any more."""
        self.emptied.append(body)
        self.inside = 0
        return {"inside": 0, "capacity": self.capacity, "untracked": 0}


def entry(minutes_ago: float = 4, device: str = "B-1", gate: str = "B") -> Answer:
    """An entry as the server reports it."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {"at": at.isoformat().replace("+00:00", "Z"), "gate": gate, "device": device}


def _ticket() -> Answer:
    name = {"ja": "1 DAY", "en": "1 DAY"}
    return {"ticket": {"tier": "1-DAY", "attendee": None, "tier_name": name, "sign": 0}}


@contextmanager
def serve_double(double: DoorDouble) -> Iterator[DoorDouble]:
    """Serve the page and the double on a free port until the block ends."""
    server = make_server("127.0.0.1", 0, _app(double), threaded=True)
    double.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(double: DoorDouble) -> Flask:
    """The page under the headers of the real edge, so that its policy is the one that holds in production."""
    app = Flask("door_double", template_folder=str(templates_folder()), static_folder=None)
    app.config.update(SECRET_KEY="of the double", WTF_CSRF_ENABLED=False)
    edge.init(app, payment_origin="http://localhost", secure=False)
    names = json.loads((double.assets / "manifest.json").read_text(encoding="utf-8"))
    app.jinja_env.globals["asset"] = lambda name: f"/static/build/{names[name]}"
    _add_pages(app, double)
    _add_calls(app, double)
    return app


def _add_pages(app: Flask, double: DoorDouble) -> None:
    @app.get("/door")
    def door() -> str:
        return render_template("door/index.html", texts=screen_texts(), lang=request.args.get("lang", "ja"))

    @app.get("/static/build/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(double.assets, name)

    app.add_url_rule("/door/manifest.webmanifest", "home_screen", views.manifest)
    app.add_url_rule("/door/icons/<name>.png", "door_icon", views.icon_file)

    @app.get("/door/sw.js")
    def service_worker() -> Response:
        """One that keeps nothing: these tests want every request to reach the double."""
        return Response("", mimetype="text/javascript", headers={"Service-Worker-Allowed": "/door"})

    @app.get("/door/files/<path:name>")
    def door_file(name: str) -> Response:
        return send_from_directory(double.assets / "door", name)

    @app.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        return "", 204


def _add_calls(app: Flask, double: DoorDouble) -> None:
    @app.post("/api/v1/door/pair")
    def pair() -> Response:
        body = request.get_json()
        if body["code"] != PAIRING_CODE:
            return _problem(404, "unknown_code")
        device = {"id": "6b2f", "name": body["name"]}
        room = {"name": {"ja": "the AIR", "en": "the AIR"}, "capacity": double.capacity}
        gate = {"gate": "A", "gate_name": {"ja": "ゲートA", "en": "Gate A"}}
        return _json(201, {"device": device, "token": "t-1", **gate, "room": room, "epoch": 1})

    @app.post("/api/v1/door/scan")
    def scan() -> Response:
        return _guarded(double, lambda: double.scan(request.get_json()))

    @app.post("/api/v1/door/count")
    def count() -> Response:
        return _guarded(double, lambda: double.tap(request.get_json()))

    @app.post("/api/v1/door/sync")
    def sync() -> Response:
        return _guarded(double, lambda: double.sync(request.get_json()))

    @app.get("/api/v1/door/manifest")
    def manifest() -> Response:
        return _guarded(double, lambda: double.list.manifest(double.capacity))

    @app.post("/api/v1/door/empty")
    def empty() -> Response:
        return _guarded(double, lambda: double.empty(request.get_json()))


def _guarded(double: DoorDouble, answer: Callable[[], Answer]) -> Response:
    """Answer as set: late, not at all (503), or not to this device any more."""
    is_scan = request.path.endswith("/scan")
    if is_scan and double.delay:
        time.sleep(double.delay)
    if double.revoked or request.headers.get("Authorization") != "Bearer t-1":
        return _problem(401, "device_revoked")
    if double.failing:
        double.failing -= 1
        if is_scan:
            double.scan(request.get_json())
        return _problem(503, "unavailable")
    return _json(200, answer())


def _json(status: int, body: Answer) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def _problem(status: int, code: str) -> Response:
    return Response(json.dumps({"code": code, "status": status}), status, mimetype="application/problem+json")
