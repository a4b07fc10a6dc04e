from __future__ import annotations

import pytest

from ticketing.core import assets


def test_an_asset_is_served_under_a_name_with_its_hash() -> None:
    address = assets.asset_url("css/inbox.css")
    assert address.startswith("/static/build/css/inbox-")
    assert (assets.BUILD / address.removeprefix("/static/build/")).is_file()


def test_an_unknown_asset_names_the_command_that_builds_them() -> None:
    with pytest.raises(assets.AssetMissing, match=r"'css/none\.css': run scripts/setup"):
        assets.asset_url("css/none.css")


def test_templates_are_found() -> None:
    assert (assets.templates_folder() / "mail_inbox" / "index.html").is_file()
