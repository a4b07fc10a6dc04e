"""`python -m ticketing` is `ticketing`."""

from __future__ import annotations

import sys
from importlib import import_module

# The web processes import this module too: what it loads, each of them loads.
WITHOUT_THE_HOUSE = {"web": "ticketing.web"}


def main() -> None:
    """Run the command line; `web` without loading the rest of it first."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    if first in WITHOUT_THE_HOUSE:
        import_module(WITHOUT_THE_HOUSE[first]).main(args=sys.argv[2:], prog_name=f"ticketing {first}")
    import_module("ticketing.cli").main()


if __name__ == "__main__":
    main()
