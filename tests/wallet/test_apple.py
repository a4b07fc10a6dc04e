"""Passes for Apple Wallet, held to what Apple publishes of them and to what OpenSSL makes of the signature."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from factories import SEED, House
from ticketing.core.db import reading, writing
from ticketing.reports.doctor import examine
from ticketing.tickets.issue import revoke
from wallets import Organizer

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("with_wallets"),
]
TOP = {
    *("formatVersion", "passTypeIdentifier", "teamIdentifier", "serialNumber", "organizationName", "description"),
    *("groupingIdentifier", "logoText", "backgroundColor", "foregroundColor", "labelColor", "barcodes", "locations"),
    *("relevantDate", "relevantDates", "expirationDate", "semantics", "eventTicket"),
}
REQUIRED = {"formatVersion", "passTypeIdentifier", "teamIdentifier", "serialNumber", "organizationName", "description"}
GROUPS = {"headerFields": 3, "primaryFields": 1, "secondaryFields": 4, "auxiliaryFields": 4, "backFields": 99}
FIELD = {"key", "label", "value", "textAlignment", "dateStyle", "timeStyle", "ignoresTimeZone"}
SEMANTICS = {
    *("eventType", "eventName", "eventStartDate", "eventEndDate", "venueName", "venueRoom", "venueLocation"),
    *("venueDoorsOpenDate", "attendeeName", "admissionLevel"),
}
SIZES = {"icon": (29, 29), "logo": (50, 50), "strip": (375, 98)}


def taken(house: House, path: str, number: int = 1) -> dict[str, bytes]:
    """The files of a pass, as a phone unpacks them."""
    answer = house.client.get(f"{path}/t/{number}/apple-wallet.pkpass")
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.apple.pkpass"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        assert pack.testzip() is None
        return {name: pack.read(name) for name in pack.namelist()}


def verified(files: dict[str, bytes], organizer: Organizer, folder: Path) -> subprocess.CompletedProcess[str]:
    """What OpenSSL says of the signature, knowing Apple's root alone."""
    for name, content in (("manifest.json", files["manifest.json"]), ("signature", files["signature"])):
        (folder / name).write_bytes(content)
    (folder / "root.pem").write_text(organizer.root)
    command = [
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "signature",
        "-content",
        "manifest.json",
    ]
    command += ["-CAfile", "root.pem", "-purpose", "any", "-out", "checked"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def strings(content: bytes) -> dict[str, str]:
    """A strings file, read by its grammar."""
    text = content.decode("utf-16")
    pairs = re.findall(r'"((?:[^"\\]|\\.)*)" = "((?:[^"\\]|\\.)*)";\n', text)
    assert "".join(f'"{key}" = "{value}";\n' for key, value in pairs) == text
    return {json.loads(f'"{key}"'): json.loads(f'"{value}"') for key, value in pairs}


def diagnosed(house: House) -> list[str]:
    """What the doctor says of the keys."""
    with house.app.app_context(), reading() as session:
        return [one.detail for one in examine(session) if one.code == "wallet_keys"]


def test_the_manifest_names_every_file_with_its_sum(house: House) -> None:
    files = taken(house, house.buy(day=1))
    sums = json.loads(files["manifest.json"])
    rest = {name: content for name, content in files.items() if name not in ("manifest.json", "signature")}
    assert sums == {name: hashlib.sha1(content).hexdigest() for name, content in rest.items()}  # noqa: S324 - Apple's


def test_openssl_accepts_the_signature_and_no_other_manifest(
    house: House, organizer: Organizer, tmp_path: Path
) -> None:
    files = taken(house, house.buy(day=1))
    done = verified(files, organizer, tmp_path)
    assert done.returncode == 0, done.stderr
    shown = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "signature"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "signingTime" in shown
    assert "digestAlgorithm: \n          algorithm: sha256" in shown
    assert "CN=WWDR of the tests" in shown.replace(" = ", "=")
    files["manifest.json"] = files["manifest.json"].replace(b"0", b"1", 1)
    assert verified(files, organizer, tmp_path).returncode != 0


def test_the_pass_has_the_form_that_apple_publishes(house: House) -> None:
    made = json.loads(taken(house, house.buy(day=1))["pass.json"])
    assert REQUIRED <= set(made) <= TOP
    assert (made["formatVersion"], made["passTypeIdentifier"], made["teamIdentifier"]) == (
        1, "pass.jp.example.tickets", "ABCDE12345",
    )  # fmt: skip
    assert set(made["eventTicket"]) <= set(GROUPS)
    keys = []
    for group, fields in made["eventTicket"].items():
        assert len(fields) <= GROUPS[group]
        for one in fields:
            assert {"key", "value"} <= set(one) <= FIELD
            assert isinstance(one["value"], str)
            keys.append(one["key"])
    assert len(keys) == len(set(keys))
    assert set(made["semantics"]) <= SEMANTICS
    for name in ("backgroundColor", "foregroundColor", "labelColor"):
        assert re.fullmatch(r"rgb\(\d{1,3}, \d{1,3}, \d{1,3}\)", made[name])


def test_the_pass_carries_the_code_and_comes_up_when_it_is_needed(house: House) -> None:
    path = house.buy(day=1, name="𠮷田 花子")
    made = json.loads(taken(house, path)["pass.json"])
    number = f"{path.split('/')[2]}-1"
    assert made["barcodes"] == [
        {
            "format": "PKBarcodeFormatQR",
            "message": house.codes(path)[0],
            "messageEncoding": "iso-8859-1",
            "altText": number,
        }
    ]
    assert (made["serialNumber"], made["semantics"]["attendeeName"]) == (number, "𠮷田 花子")
    assert made["relevantDate"] == "2025-10-26T10:00:00+09:00"
    assert made["relevantDates"] == [{"startDate": "2025-10-26T09:30:00+09:00", "endDate": "2025-10-26T20:00:00+09:00"}]
    assert datetime.fromisoformat(made["expirationDate"]) > datetime.fromisoformat("2025-10-26T20:00:00+09:00")


def test_both_languages_have_every_text(house: House) -> None:
    files = taken(house, house.buy(day=1))
    made = json.loads(files["pass.json"])
    japanese, english = (strings(files[f"{lang}.lproj/pass.strings"]) for lang in ("ja", "en"))
    assert japanese["Doors"] == "開場"
    assert japanese[made["logoText"]] == "AIと映画制作の未来"
    assert set(english) == set(japanese)
    assert all(key == value for key, value in english.items())
    labels = [one["label"] for fields in made["eventTicket"].values() for one in fields]
    assert [label for label in labels if label not in japanese] == []


def test_the_pictures_have_apples_sizes_and_something_on_them(house: House) -> None:
    files = taken(house, house.buy(day=1))
    for name, (wide, high) in SIZES.items():
        for mark, scale in (("", 1), ("@2x", 2), ("@3x", 3)):
            picture = Image.open(io.BytesIO(files[f"{name}{mark}.png"]))
            assert picture.size == (wide * scale, high * scale)
            assert len(picture.getcolors(maxcolors=1 << 24) or []) > 10
    assert sum(map(len, files.values())) < 300_000


def test_a_point_on_the_map_brings_the_pass_up_at_the_venue(house: House) -> None:
    seed = SEED.read_text(encoding="utf-8")
    house.publish(re.sub(r'map_url = "[^"]+"', 'map_url = "https://www.google.com/maps?q=35.6699,139.7405"', seed))
    made = json.loads(taken(house, house.buy(day=1))["pass.json"])
    assert made["locations"] == [{"latitude": 35.6699, "longitude": 139.7405}] == [made["semantics"]["venueLocation"]]


def test_each_ticket_has_its_own_pass_and_a_revoked_one_has_none(house: House) -> None:
    path = house.buy(day=2)
    first, second = (json.loads(taken(house, path, number)["pass.json"]) for number in (1, 2))
    assert first["serialNumber"] != second["serialNumber"]
    assert first["groupingIdentifier"] == second["groupingIdentifier"]
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    assert house.client.get(f"{path}/t/1/apple-wallet.pkpass").status_code == 404
    assert house.client.get(f"{path}/t/2/apple-wallet.pkpass").status_code == 200
    page = house.client.get(path).text
    assert f"{path}/t/2/apple-wallet.pkpass" in page
    assert f"{path}/t/1/apple-wallet.pkpass" not in page


def test_the_doctor_tells_before_the_certificate_ends(house: House) -> None:
    assert diagnosed(house) == []
    house.clock.advance(datetime.now(UTC) - timedelta(days=20) - house.clock.now())
    (line,) = diagnosed(house)
    assert "ends on" in line


@pytest.mark.parametrize("fault", ["no intermediate", "another key", "no pass certificate", "no text"])
def test_keys_that_cannot_sign_are_told_in_the_log_and_kindly_to_the_buyer(
    house: House, organizer: Organizer, set_keys: Callable[..., None], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    account_key: Any = json.loads(organizer.account)["private_key"]
    whole = organizer.certificate + organizer.above
    certificate, key = {
        "no intermediate": (organizer.certificate, organizer.key),
        "another key": (whole, account_key),
        "no pass certificate": (organizer.root + organizer.above, organizer.key),
        "no text": (whole, organizer.key.replace("M", "?")),
    }[fault]
    set_keys(apple_wallet_certificate=certificate, apple_wallet_key=key)
    answer = house.client.get(f"{house.buy(day=1)}/t/1/apple-wallet.pkpass?lang=en")
    assert answer.status_code == 503
    assert "Your ticket works without it." in answer.text
    logged = capsys.readouterr().out
    assert "APPLE_WALLET_" in logged
    assert "PRIVATE" not in logged
    assert ["APPLE_WALLET_" in line for line in diagnosed(house)] == [True]
