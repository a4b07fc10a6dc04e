"""Settings: read once from the environment (each also as NAME_FILE), checked together, then frozen."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

STRIPE_API = "https://api.stripe.com"


class BadSettings(Exception):
    """The settings do not fit together. The message is one line that says what to change."""


@dataclass(frozen=True)
class Settings:
    """All that an operator can set; docs/reference.md lists the names in the environment."""

    instance: Path
    database_url: str
    secret_key: str
    public_url: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_api_base: str
    smtp_url: str
    host: str
    port: int
    web_processes: int
    trusted_proxies: tuple[str, ...]
    rate_limits: bool
    allow_live: bool
    demo_staff: bool
    trust_url: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    apple_wallet_certificate: str = ""
    apple_wallet_key: str = ""
    google_wallet_issuer: str = ""
    google_wallet_key: str = ""

    @property
    def uses_standin(self) -> bool:
        """Whether money is played by the local stand-in instead of Stripe."""
        return self.stripe_api_base != STRIPE_API

    @property
    def secure_cookies(self) -> bool:
        """Cookies carry the Secure mark whenever the public address is https."""
        return self.public_url.startswith("https://")


def is_loopback(host: str) -> bool:
    """Whether this host name or address can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises BadSettings with one line that says what to change."""
    values = dict(os.environ if environ is None else environ)
    instance = Path(_get(values, "TICKETING_INSTANCE", "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    values = {**_chosen(instance), **values}
    port = _number(values, "PORT", 8000)
    host = _get(values, "HOST", "127.0.0.1")
    key = _get(values, "STRIPE_SECRET_KEY", "")
    settings = Settings(
        instance=instance,
        database_url=_get(values, "DATABASE_URL", f"sqlite:///{instance / 'ticketing.sqlite3'}"),
        secret_key=_get(values, "SECRET_KEY", "") or _kept_secret(instance / "secret.key"),
        public_url=_get(values, "PUBLIC_URL", f"http://{host}:{port}").rstrip("/"),
        stripe_secret_key=key or "sk_test_standin",
        stripe_webhook_secret=_webhook_secret(values, instance, key),
        stripe_api_base=_api_base(values, key),
        smtp_url=_get(values, "SMTP_URL", ""),
        host=host,
        port=port,
        web_processes=_number(values, "WEB_PROCESSES", min(4, os.cpu_count() or 1)),
        trusted_proxies=tuple(_get(values, "TRUSTED_PROXIES", "").replace(",", " ").split()),
        rate_limits=_switch(values, "TICKETING_RATE_LIMITS", default=True),
        allow_live=_switch(values, "TICKETING_ALLOW_LIVE", default=False),
        demo_staff=(instance / "staff-passwords.txt").exists(),
        trust_url=_get(values, "TICKETING_TRUST_URL", ""),
        tls_certificate=_get(values, "TLS_CERTIFICATE", ""),
        tls_key=_get(values, "TLS_KEY", ""),
        apple_wallet_certificate=_get(values, "APPLE_WALLET_CERTIFICATE", ""),
        apple_wallet_key=_get(values, "APPLE_WALLET_KEY", ""),
        google_wallet_issuer=_get(values, "GOOGLE_WALLET_ISSUER", ""),
        google_wallet_key=_get(values, "GOOGLE_WALLET_KEY", ""),
    )
    _refuse_unsafe(settings)
    return settings


def _chosen(instance: Path) -> dict[str, str]:
    """What `ticketing serve` chose for this instance, so that every command reaches what it runs."""
    path = instance / "serve.env"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _get(values: Mapping[str, str], name: str, default: str) -> str:
    if file := values.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSettings(f"{name}_FILE: cannot read {file} ({error.strerror}).") from error
    return values.get(name, "").strip() or default


def _number(values: Mapping[str, str], name: str, default: int) -> int:
    text = _get(values, name, str(default))
    if not text.isdigit() or int(text) == 0:
        raise BadSettings(f"{name} must be a whole number above zero, not {text!r}.")
    return int(text)


def _switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = _get(values, name, "on" if default else "off").lower()
    if text not in {"on", "off", "1", "0", "true", "false"}:
        raise BadSettings(f"{name} must be on or off, not {text!r}.")
    return text in {"on", "1", "true"}


def _kept_secret(path: Path) -> str:
    """A random secret made on first use; two processes that start at once agree on one."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first: its secret counts
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _api_base(values: Mapping[str, str], key: str) -> str:
    base = _get(values, "STRIPE_API_BASE", "")
    if base:
        return base.rstrip("/")
    return STRIPE_API if key else "http://127.0.0.1:12111"


def _webhook_secret(values: Mapping[str, str], instance: Path, key: str) -> str:
    given = _get(values, "STRIPE_WEBHOOK_SECRET", "")
    if given or key:
        return given
    return "whsec_" + _kept_secret(instance / "webhook.key")


def _refuse_unsafe(settings: Settings) -> None:
    live = settings.stripe_secret_key.startswith(("sk_live_", "rk_live_"))
    test = settings.stripe_secret_key.startswith(("sk_test_", "rk_test_"))
    faults = [
        (
            not (live or test),
            "STRIPE_SECRET_KEY must begin with sk_test_ or rk_test_ (or sk_live_ or rk_live_).",
        ),
        (
            live and not settings.allow_live,
            "STRIPE_SECRET_KEY is a live key: use a test key, or set TICKETING_ALLOW_LIVE=1.",
        ),
        (
            live and settings.uses_standin,
            "A live key must never be sent to a foreign STRIPE_API_BASE: unset STRIPE_API_BASE.",
        ),
        (
            not settings.uses_standin and not settings.stripe_webhook_secret,
            "With the real Stripe, set STRIPE_WEBHOOK_SECRET to the endpoint's signing secret (whsec_…).",
        ),
        (
            settings.demo_staff and not is_loopback(settings.host),
            "The demo staff accounts may be reached from this machine only: set HOST=127.0.0.1, "
            "or delete staff-passwords.txt after changing the passwords.",
        ),
        (
            not settings.rate_limits and not (settings.uses_standin and is_loopback(settings.host)),
            "TICKETING_RATE_LIMITS=off is allowed with the stand-in on a loopback address only: set it to on.",
        ),
        (
            bool(settings.tls_certificate) != bool(settings.tls_key),
            "TLS_CERTIFICATE and TLS_KEY belong together: set both to the paths of PEM files, or none.",
        ),
        (
            urlsplit(settings.public_url).scheme not in {"http", "https"},
            "PUBLIC_URL must begin with http:// or https://.",
        ),
        *_faults_of_wallets(settings),
    ]
    for unsafe, message in faults:
        if unsafe:
            raise BadSettings(message)


def _faults_of_wallets(settings: Settings) -> list[tuple[bool, str]]:
    """Only what can be seen without loading a library; whether the keys can sign is seen when they first do."""
    texts = {
        "APPLE_WALLET_CERTIFICATE": (settings.apple_wallet_certificate, "-----BEGIN CERTIFICATE-----"),
        "APPLE_WALLET_KEY": (settings.apple_wallet_key, "-----BEGIN "),
        "GOOGLE_WALLET_KEY": (settings.google_wallet_key, "{"),
    }
    return [
        (
            bool(settings.apple_wallet_certificate) != bool(settings.apple_wallet_key),
            "APPLE_WALLET_CERTIFICATE and APPLE_WALLET_KEY belong together: set both, or none.",
        ),
        (
            bool(settings.google_wallet_issuer) != bool(settings.google_wallet_key),
            "GOOGLE_WALLET_ISSUER and GOOGLE_WALLET_KEY belong together: set both, or none.",
        ),
        *(
            (bool(text) and start not in text, f"{name} holds the text of the file; for its path, set {name}_FILE.")
            for name, (text, start) in texts.items()
        ),
    ]
