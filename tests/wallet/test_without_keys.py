"""A house without keys: no wallet is spoken of, and its libraries are not loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from factories import House
from ticketing.core.settings import BadSettings, read_settings

CERTIFICATE, KEY = "-----BEGIN CERTIFICATE-----\nx", "-----BEGIN PRIVATE KEY-----\nx"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_speaks_of_wallets(house: House) -> None:
    path = house.buy(day=1)
    for page in (path, f"{path}/t/1"):
        assert "allet" not in house.client.get(page).text
    for name in ("apple-wallet.pkpass", "google-wallet"):
        assert house.client.get(f"{path}/t/1/{name}").status_code == 404


def test_a_web_process_does_not_load_what_few_ask_for(tmp_path: Path) -> None:
    script = """
import sys
from ticketing.app import create_app
from ticketing.core.settings import read_settings
create_app(read_settings())
print(sorted({"cryptography", "icalendar", "jwt", "reportlab"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"TICKETING_INSTANCE": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"APPLE_WALLET_CERTIFICATE": CERTIFICATE}, "belong together"),
        ({"APPLE_WALLET_KEY": KEY}, "belong together"),
        ({"GOOGLE_WALLET_ISSUER": "1"}, "belong together"),
        ({"APPLE_WALLET_CERTIFICATE": "/etc/pass.pem", "APPLE_WALLET_KEY": KEY}, "set APPLE_WALLET_CERTIFICATE_FILE"),
        ({"APPLE_WALLET_CERTIFICATE": CERTIFICATE, "APPLE_WALLET_KEY": "/etc/k"}, "set APPLE_WALLET_KEY_FILE"),
        ({"GOOGLE_WALLET_ISSUER": "1", "GOOGLE_WALLET_KEY": "/etc/key.json"}, "set GOOGLE_WALLET_KEY_FILE"),
    ],
)
def test_half_of_the_keys_is_refused_at_the_start(tmp_path: Path, given: dict[str, str], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        read_settings({"TICKETING_INSTANCE": str(tmp_path), **given})


def test_keys_may_come_from_files(tmp_path: Path) -> None:
    names = {"APPLE_WALLET_CERTIFICATE": CERTIFICATE, "APPLE_WALLET_KEY": KEY, "GOOGLE_WALLET_KEY": '{"a": 1}'}
    for name, text in names.items():
        (tmp_path / name).write_text(text)
    files = {f"{name}_FILE": str(tmp_path / name) for name in names}
    settings = read_settings({"TICKETING_INSTANCE": str(tmp_path), "GOOGLE_WALLET_ISSUER": "1", **files})
    assert settings.apple_wallet_certificate == CERTIFICATE
    assert settings.google_wallet_key == '{"a": 1}'
