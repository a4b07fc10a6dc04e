"""The view model of pairing: where the scanner is, what to trust, a code for a gate, who is paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.core.settings import Settings, is_loopback
from ticketing.core.symbols import Symbol, symbol
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.events.places import GateInfo
from ticketing.staff.models import Device


@dataclass(frozen=True)
class NewCode:
    """A pairing code just made; shown this once."""

    code: str
    gate: GateInfo
    expires_at: datetime


@dataclass(frozen=True)
class DeviceRow:
    """One tablet."""

    id: str
    name: str
    gate: str
    paired: str
    revoked: str


@dataclass(frozen=True)
class DevicesPage:
    """All that `office/devices.html` shows. `trust` is where a tablet takes the house's own authority, if it has one;
    `new_symbol` opens the scanner with the new code. `reach` is `here` where the address leads nowhere else than to
    this machine, `plain` where tablets get no camera, else nothing."""

    event: Heading
    gates: tuple[tuple[str, str], ...]
    devices: tuple[DeviceRow, ...]
    door: Symbol
    trust: Symbol | None
    reach: str
    new_code: str
    new_symbol: Symbol | None
    new_gate: str
    new_until: str


def devices_page(catalog: Catalog, devices: Sequence[Device], new_code: NewCode | None) -> DevicesPage:
    """The tablets, those in use first, and the code just made if there is one."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    door = f"{settings.public_url}/door"
    gates = {gate.id: pick(gate.name) for gate in catalog.gates}
    rows = [_device(catalog, device, gates) for device in devices]
    return DevicesPage(
        event=heading(catalog),
        gates=tuple((gate.code, pick(gate.name)) for gate in catalog.gates),
        devices=tuple(sorted(rows, key=lambda row: bool(row.revoked))),
        door=symbol(door),
        trust=symbol(f"{settings.trust_url}/") if settings.trust_url else None,
        reach=_reach(settings.public_url),
        new_code=new_code.code if new_code else "",
        # Browsers keep what stands behind the # to themselves: no log anywhere learns the code.
        new_symbol=symbol(f"{door}#pair={new_code.code}") if new_code else None,
        new_gate=pick(new_code.gate.name) if new_code else "",
        new_until=i18n.clock_time(new_code.expires_at, catalog.zone) if new_code else "",
    )


def _reach(public_url: str) -> str:
    """Browsers give the camera to https only, and to their own machine."""
    if is_loopback(urlsplit(public_url).hostname or ""):
        return "here"
    return "" if public_url.startswith("https://") else "plain"


def _device(catalog: Catalog, device: Device, gates: dict[int, str]) -> DeviceRow:
    def at(when: datetime) -> str:
        return f"{i18n.date(when, catalog.zone, year=False)} {i18n.clock_time(when, catalog.zone)}"

    revoked = at(device.revoked_at) if device.revoked_at else ""
    return DeviceRow(device.id, device.name, gates.get(device.gate_id, ""), at(device.paired_at), revoked)
