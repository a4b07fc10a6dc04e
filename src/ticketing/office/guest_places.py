"""Whether there are places for a list of guests, told before anything is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog, ProgramInfo
from ticketing.inventory.levels import Levels
from ticketing.inventory.offers import Kept
from ticketing.payments.comps import Line


def short_of(catalog: Catalog, levels: Levels, kept: Kept | None, lines: Sequence[Line]) -> tuple[str, ...]:
    """A sentence for each tier of which too few places are left for these lines, and for each program into which they
    do not fit together. `kept` is what is set aside for them: those of its tier need nothing else."""
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.guest.tier.id] += line.guest.count
    return tuple(_short(catalog, levels, kept, wanted))


def _short(catalog: Catalog, levels: Levels, kept: Kept | None, wanted: Counter[int]) -> Iterator[str]:
    if kept and wanted[kept.tier.id] > kept.count:
        yield _sentence(pick(kept.tier.name), wanted[kept.tier.id], kept.count)
    of_sale = [tier for tier in catalog.tiers if kept is None or tier.id != kept.tier.id]
    told: list[ProgramInfo] = []
    for tier in of_sale:
        left = levels.left(catalog, tier)
        if wanted[tier.id] > left:
            told += catalog.programs_of(tier)
            yield _sentence(pick(tier.name), wanted[tier.id], left)
    for program in catalog.programs:
        left = levels.programs[program.id].left
        together = sum(wanted[tier.id] for tier in of_sale if program in catalog.programs_of(tier))
        if together > left and program not in told:
            yield _sentence(pick(program.title), together, left)


def _sentence(name: str, wanted: int, left: int) -> str:
    return _("%(tier)s: %(wanted)s places are wanted, %(left)s are left.", tier=name, wanted=wanted, left=left)
