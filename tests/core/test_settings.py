"""Settings: read, completed, and refused where they do not fit together."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketing.core.settings import BadSettings, read_settings


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"TICKETING_INSTANCE": str(tmp_path / "instance"), **more}


def test_without_a_key_the_standin_plays_stripe(tmp_path: Path) -> None:
    settings = read_settings(environment(tmp_path))
    assert settings.uses_standin
    assert settings.stripe_webhook_secret.startswith("whsec_")
    assert settings.database_url.startswith("sqlite:///")


def test_a_test_key_means_the_real_stripe(tmp_path: Path) -> None:
    settings = read_settings(environment(tmp_path, STRIPE_SECRET_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET="whsec_1"))
    assert not settings.uses_standin
    assert settings.stripe_api_base == "https://api.stripe.com"


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    first, second = read_settings(environment(tmp_path)), read_settings(environment(tmp_path))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert (tmp_path / "instance" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    assert read_settings(environment(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"))).secret_key == "from a file"
    with pytest.raises(BadSettings, match="SECRET_KEY_FILE"):
        read_settings(environment(tmp_path, SECRET_KEY_FILE=str(tmp_path / "nothing")))


def test_what_serve_chose_counts_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "serve.env").write_text("PORT=8123\nSTRIPE_API_BASE=http://127.0.0.1:12999\n")
    assert read_settings(environment(tmp_path)).port == 8123
    assert read_settings(environment(tmp_path, PORT="9000")).port == 9000


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "w"}, "TICKETING_ALLOW_LIVE=1"),
        ({"STRIPE_SECRET_KEY": "rk_live_1", "STRIPE_WEBHOOK_SECRET": "w"}, "TICKETING_ALLOW_LIVE=1"),
        (
            {
                "STRIPE_SECRET_KEY": "sk_live_1",
                "STRIPE_WEBHOOK_SECRET": "w",
                "TICKETING_ALLOW_LIVE": "1",
                "STRIPE_API_BASE": "http://127.0.0.1:1",
            },
            "STRIPE_API_BASE",
        ),
        ({"STRIPE_SECRET_KEY": "pk_test_1"}, "sk_test_"),
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "STRIPE_WEBHOOK_SECRET"),
        ({"TICKETING_RATE_LIMITS": "off", "HOST": "0.0.0.0"}, "TICKETING_RATE_LIMITS"),
        (
            {"TICKETING_RATE_LIMITS": "off", "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "w"},
            "TICKETING_RATE_LIMITS",
        ),
        ({"TICKETING_RATE_LIMITS": "maybe"}, "on or off"),
        ({"PORT": "http"}, "PORT"),
        ({"WEB_PROCESSES": "0"}, "WEB_PROCESSES"),
        ({"PUBLIC_URL": "tickets.example"}, "PUBLIC_URL"),
    ],
)
def test_an_unsafe_mix_is_refused_with_one_line(tmp_path: Path, more: dict[str, str], says: str) -> None:
    with pytest.raises(BadSettings, match=says) as refusal:
        read_settings(environment(tmp_path, **more))
    assert "\n" not in str(refusal.value)


def test_the_demo_accounts_stay_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "staff-passwords.txt").touch()
    assert read_settings(environment(tmp_path)).demo_staff
    with pytest.raises(BadSettings, match="demo staff"):
        read_settings(environment(tmp_path, HOST="0.0.0.0"))


def test_a_live_key_with_permission_is_taken(tmp_path: Path) -> None:
    live = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "w", "TICKETING_ALLOW_LIVE": "1"}
    assert not read_settings(environment(tmp_path, **live)).uses_standin
