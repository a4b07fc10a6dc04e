"""`ticketing serve --lan`: https under the house's own authority, the demo log-ins never from a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import requests
from running import running

from ticketing.serving import free_port


def sign_in(url: str, login: tuple[str, str], authority: str) -> int:
    """The status after the sign-in form was sent: 303 goes on, 401 is refused."""
    with requests.Session() as browser:
        page = browser.get(f"{url}/staff/login", verify=authority, timeout=20)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        form = {"csrf_token": token[1], "email": login[0], "password": login[1]}
        headers = {"Referer": f"{url}/staff/login"}
        return browser.post(
            f"{url}/staff/login", data=form, headers=headers, verify=authority, timeout=20, allow_redirects=False
        ).status_code


def test_the_network_is_served_over_https_and_the_log_ins_of_a_file_are_worth_nothing(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with running(instance) as alone:
        kept = alone.logins["owner@example.com"]
        assert (instance / "staff-passwords.txt").exists()
    port = free_port(28443)
    with running(instance, "--lan", PUBLIC_URL=f"https://127.0.0.1:{port}") as house:
        authority = str(instance / "lan" / "authority.pem")
        assert requests.get(f"{house.url}/door", verify=authority, timeout=20).status_code == 200
        trust = re.search(r"trust once http://[^:]+:(\d+)/", house.text)
        assert trust
        fetched = requests.get(f"http://127.0.0.1:{trust[1]}/ticketing-ca.crt", timeout=20)
        assert fetched.headers["Content-Type"] == "application/x-x509-ca-cert"
        assert sign_in(house.url, ("owner@example.com", house.logins["owner@example.com"]), authority) == 303
        assert sign_in(house.url, ("owner@example.com", kept), authority) == 401
        assert not (instance / "staff-passwords.txt").exists()
    with running(instance, "--lan", PUBLIC_URL=f"https://127.0.0.1:{port}") as again:
        assert "as before" in again.text
        assert "It is new" not in again.text


def test_switched_off_limits_are_not_offered_to_the_network(tmp_path: Path) -> None:
    environment = {"TICKETING_INSTANCE": str(tmp_path), "TICKETING_RATE_LIMITS": "off", "PATH": ""}
    command = [sys.executable, "-m", "ticketing", "serve", "--lan"]
    given = {**environment, "PUBLIC_URL": f"https://127.0.0.1:{free_port(28443)}"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "TICKETING_RATE_LIMITS=off is allowed" in done.stderr
