"""The last scans in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.reports.day import ScanLine

REASONS = {
    "already_inside": _("already inside"),
    "already_used": _("already used, no re-entry"),
    "not_inside": _("no entry on record"),
    "room_full": _("room full"),
    "wrong_program": _("not for this program"),
    "too_early": _("too early"),
    "too_late": _("too late"),
    "revoked": _("canceled, refunded or reissued"),
    "other_event": _("other event"),
    "unknown": _("unknown code"),
    "malformed": _("not a ticket code"),
    "undecided": _("decided offline by hand"),
    "device_revoked": _("tablet not paired any more"),
    "undone": _("taken back"),
}


@dataclass(frozen=True)
class ScanRow:
    """One scan; `sign` is the tier's sign or -1 where the code is no ticket of ours."""

    time: str
    gate: str
    device: str
    tier: str
    sign: int
    way: str
    admitted: bool
    reason: str

    def plain(self) -> dict[str, Any]:
        """The same for JSON."""
        return asdict(self)


def scan_row(catalog: Catalog, line: ScanLine) -> ScanRow:
    """One scan in the language in force; a reason that has no words yet is shown by its code."""
    tier = next((tier for tier in catalog.tiers if tier.code == line.tier_code), None)
    reason = line.reason or ""
    return ScanRow(
        time=f"{line.at.astimezone(catalog.zone):%H:%M:%S}",
        gate=line.gate,
        device=line.device,
        tier=pick(tier.name) if tier else "",
        sign=line.tier_sign if tier and line.tier_sign is not None else -1,
        way="out" if line.kind == "exit" else "in",
        admitted=line.decision == "admit",
        reason=str(REASONS.get(reason, reason)),
    )
