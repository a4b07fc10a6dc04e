"""`python -m ticketing.standin --port P --notify URL`: a local Stripe until SIGTERM or Ctrl-C."""

import argparse
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from ticketing.standin.app import Standin, create_app, open_standin
from ticketing.standin.posting import Mode
from ticketing.standin.server import Server
from ticketing.standin.store import StateInUse
from ticketing.standin.timers import run_due
from ticketing.standin.webhooks import Postman
from ticketing.standin.world import Settings

_TICK = 0.2


class Unusable(Exception):
    """The stand-in cannot start like this; the text says what to change."""


def main(arguments: list[str] | None = None) -> int:
    """Serves until told to stop; 0 after a clean end, 2 when it cannot start."""
    logging.basicConfig(format="stand-in: %(message)s", level=logging.INFO)
    options = _options(arguments)
    try:
        _check_loopback(options.host, "--host")
        _check_loopback(urlsplit(options.notify).hostname, "--notify")
        server = Server((options.host, options.port), lambda environ, start: [])
    except (Unusable, OSError) as error:
        sys.stderr.write(f"stand-in: {error}\n")
        return 2
    base_url = _url(options.host, server.server_address[1])
    try:
        settings = Settings(base_url, options.notify, _secret())
        standin = open_standin(options.state, settings)
    except (Unusable, StateInUse) as error:
        server.server_close()
        sys.stderr.write(f"stand-in: {error}\n")
        return 2
    server.app = create_app(standin)
    _serve(server, standin)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ticketing.standin", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    parser.add_argument("--notify", required=True, help="webhook address of the application")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--state", default=":memory:", help="SQLite file that keeps the state over a restart")
    return parser.parse_args(arguments)


def _check_loopback(host: str | None, option: str) -> None:
    """Nothing here may be reached from, or reach, another machine."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host or "", None)} if host else set()
    except OSError:
        found = set()
    if not found or not all(ipaddress.ip_address(str(address)).is_loopback for address in found):
        raise Unusable(f"{option} must be a loopback address such as 127.0.0.1")


def _secret() -> str:
    """The webhook's signing secret, from the environment or the file it names."""
    path = os.environ.get("STRIPE_WEBHOOK_SECRET_FILE")
    try:
        secret = os.environ.get("STRIPE_WEBHOOK_SECRET") or (Path(path).read_text().strip() if path else "")
    except OSError as error:
        raise Unusable(f"STRIPE_WEBHOOK_SECRET_FILE: {error}") from error
    if not secret:
        raise Unusable("set STRIPE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET_FILE: it signs the webhooks")
    return secret


def _url(host: str, port: object) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(server: Server, standin: Standin) -> None:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    postman = Postman(standin.world, standin.outbox)
    standin.outbox.set_mode(Mode())
    postman.start()
    listener = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    listener.start()
    sys.stdout.write(f"listening on {standin.world.settings.base_url}\n")
    sys.stdout.flush()
    while not stopping.wait(_TICK):
        run_due(standin.world)
    server.shutdown()
    server.finish()
    postman.stop()
    standin.world.store.close()


if __name__ == "__main__":
    sys.exit(main())
