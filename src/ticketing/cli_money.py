"""The commands about money."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ticketing.cli_house import as_json, in_house, instant
from ticketing.core import observe
from ticketing.payments.outcome import Rejected, Unreachable
from ticketing.payments.reconcile import reconcile as compare


@click.command()
@click.option("--since", metavar="ISO", help="Compare from here on; without it, all that may still change.")
@as_json
@in_house
def reconcile(since: str | None, json_: bool) -> None:
    """Compare everything with Stripe's books, repair what is safe; exit code 1 when something is left."""
    observe.init_logging()  # to standard error: standard output is for the result
    try:
        result = compare(instant(since, "--since") if since else None).plain()
    except (Unreachable, Rejected) as error:
        raise click.ClickException(f"Stripe cannot be asked ({error}): nothing was compared.") from error
    click.echo(json.dumps(result) if json_ else "\n".join(_lines(result)))
    sys.exit(0 if result["matches"] else 1)


def _lines(result: dict[str, Any]) -> list[str]:
    lines = []
    for one in result["differences"]:
        about = ", ".join(part for part in (one["order"] and f"order {one['order']}", one["object"]) if part)
        state = "repaired" if one["repaired"] else "left"
        lines.append(f"{state}: {one['code']}{about and f' ({about})'}: {one['detail']} {one['what_to_do']}")
    left = sum(1 for one in result["differences"] if not one["repaired"])
    checked = result["checked"]
    compared = f"sessions: {checked['sessions']}, refunds: {checked['refunds']}, lines: {checked['balance_lines']}"
    if checked["paid_outside"]:
        compared += f", refunds paid outside Stripe: {checked['paid_outside']}"
    if checked["payouts"] is not None:
        compared += f", payouts: {checked['payouts']}"
    verdict = "matches Stripe" if result["matches"] else f"does not match Stripe, differences left: {left}"
    return [*lines, f"{verdict} ({compared} since {checked['since']})"]
