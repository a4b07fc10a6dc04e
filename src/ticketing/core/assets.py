"""Where built browser assets and templates are; `css/shop.css` is served under a name with its hash."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
BUILD = PACKAGE / "static" / "build"
FONTS = BUILD / "fonts"
"""Where the build puts the fonts that we draw with ourselves, under names without a hash."""


class AssetMissing(RuntimeError):
    """The browser assets are not built, or not all of them. The message says what to run."""


def asset_url(name: str) -> str:
    """The path under which the built asset `name` is served; it changes whenever the content changes.

    So it may be cached for ever. Raises AssetMissing where nothing of that name was built."""
    try:
        return f"/static/build/{_manifest()[name]}"
    except KeyError:
        raise AssetMissing(f"There is no built asset {name!r}: run scripts/setup.") from None


def templates_folder() -> Path:
    """In an installed wheel the templates lie in the package, in a checkout at its top."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent.parent / "templates"


@cache
def _manifest() -> dict[str, str]:
    path = BUILD / "manifest.json"
    try:
        names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssetMissing("The browser assets are not built: run scripts/setup.") from None
    return names
