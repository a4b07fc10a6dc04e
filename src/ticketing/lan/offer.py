"""What `ticketing serve --lan` offers to the local network: where, under which certificate, and how that is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from ticketing.core.settings import BadSettings, Settings, is_loopback
from ticketing.core.symbols import terminal
from ticketing.lan.addresses import main_address
from ticketing.lan.hosts import Kept, hosts_of_this_machine

ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 (serving the network is what the option asks for)
FIRST_PORT, FIRST_TRUST_PORT = 8443, 8080
_BESIDE = "    "


@dataclass(frozen=True)
class Offer:
    """Where the network finds this house. `own` is the authority made here, if the certificate is not a person's."""

    listen: str
    port: int
    url: str
    certificate: Path
    key: Path
    trust_url: str
    own: Kept | None

    @property
    def local(self) -> str:
        """The same listener as this machine reaches it."""
        return f"https://{'127.0.0.1' if self.listen == ALL_ADDRESSES else self.listen}:{self.port}"


def listen_on(environ: Mapping[str, str]) -> str:
    """HOST, where it names an address of the network; else all addresses of this machine."""
    host = environ.get("HOST", "")
    return ALL_ADDRESSES if not host or is_loopback(host) else host


def choose(environ: Mapping[str, str], free_port: Callable[[int, str], int]) -> dict[str, str]:
    """The settings PUBLIC_URL and TICKETING_TRUST_URL for this network; raises BadSettings where there is none."""
    listen = listen_on(environ)
    own = not environ.get("TLS_CERTIFICATE") and not environ.get("TLS_CERTIFICATE_FILE")
    given = environ.get("PUBLIC_URL", "")
    if not given and not own:
        raise BadSettings("TLS_CERTIFICATE needs PUBLIC_URL: set it to https:// and the name in the certificate.")
    if given and not given.startswith("https://"):
        raise BadSettings("With --lan PUBLIC_URL must begin with https://: tablets give their camera to nothing else.")
    address = (main_address() or urlsplit(given).hostname) if listen == ALL_ADDRESSES else listen
    if address is None:
        raise BadSettings("--lan: this machine has no address in a network. Connect it, or set HOST to its address.")
    chosen = {"PUBLIC_URL": given or f"https://{address}:{free_port(FIRST_PORT, listen)}"}
    if own:
        chosen["TICKETING_TRUST_URL"] = f"http://{address}:{free_port(FIRST_TRUST_PORT, listen)}"
    return chosen


def offer(settings: Settings, listen: str, now: datetime) -> Offer:
    """What is offered on these settings; makes or renews the certificate in the instance folder where it has to."""
    public = urlsplit(settings.public_url)
    where = (listen, public.port or 443, settings.public_url)
    if settings.tls_certificate:
        files = (Path(settings.tls_certificate), Path(settings.tls_key))
        for file in files:
            if not file.is_file():
                raise BadSettings(f"{file} is not there: TLS_CERTIFICATE and TLS_KEY must be the paths of PEM files.")
        return Offer(*where, *files, "", None)
    from ticketing.lan.certificates import keep  # noqa: PLC0415 (cryptography: 140 ms that nothing else needs)

    kept = keep(settings.instance / "lan", hosts_of_this_machine(public.hostname or "localhost", listen), now)
    return Offer(*where, kept.certificate, kept.key, settings.trust_url, kept)


def told(offered: Offer, pairing_code: str, *, colour: bool) -> list[str]:
    """The lines for the terminal: addresses, and the same as symbols to scan.

    The pairing code stands behind a #: browsers do not send that, so no log has it."""
    door = f"{offered.url}/door"
    lines = [f"  tablets    {door}"]
    if offered.own is None:
        return [*lines, "", *_symbols([("door and pairing code", f"{door}#pair={pairing_code}")], colour)]
    lines.append(f"  trust once {offered.trust_url}/   on each tablet, before the first visit")
    lines.append(f"  authority  SHA-256 {offered.own.fingerprint}")
    if offered.own.new_authority:
        lines.append("             It is new: every tablet has to be told to trust it (docs/operations.md).")
    shown = [("1. trust, once", f"{offered.trust_url}/"), ("2. door, pairing", f"{door}#pair={pairing_code}")]
    return [*lines, "", *_symbols(shown, colour)]


def _symbols(shown: list[tuple[str, str]], colour: bool) -> list[str]:
    """Side by side under their headings, as terminals of 80 columns hold them."""
    plain = [terminal(text, colour=False) for _, text in shown]
    drawn = [terminal(text, colour=colour) for _, text in shown]
    widths = [len(lines[0]) for lines in plain]
    height = max(len(lines) for lines in drawn)
    for lines, width in zip(drawn, widths, strict=True):
        lines += [" " * width] * (height - len(lines))
    heading = _BESIDE.join(name.ljust(width) for (name, _), width in zip(shown, widths, strict=True))
    return [heading.rstrip(), *(_BESIDE.join(row) for row in zip(*drawn, strict=True))]
