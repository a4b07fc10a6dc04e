"""The page at a plain address from which a tablet fetches the authority to trust, before it can open anything else."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, render_template, send_from_directory

from ticketing.core.assets import BUILD, asset_url, templates_folder

CERTIFICATE = "ticketing-ca.crt"
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Offered:
    """What the page offers: the authority (DER), its fingerprint, and where to go on to."""

    authority: bytes
    fingerprint: str
    door: str


def create_trust(offered: Offered) -> Flask:
    """An app that tells how to trust the authority and hands it out. It holds nothing that is secret."""
    app = Flask("ticketing.lan.trust", template_folder=str(templates_folder()), static_folder=None)
    app.jinja_env.globals["asset"] = asset_url
    app.add_url_rule("/", "index", lambda: render_template("lan/trust.html", offered=offered, file=CERTIFICATE))
    # Both systems take this type as "install a certificate"; iPadOS makes a profile of it.
    app.add_url_rule(f"/{CERTIFICATE}", "authority", lambda: _authority(offered))
    app.add_url_rule("/static/build/<path:name>", "static", lambda name: send_from_directory(BUILD, name))
    app.after_request(_guard)
    return app


def _authority(offered: Offered) -> Response:
    response = Response(offered.authority, mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = f'attachment; filename="{CERTIFICATE}"'
    return response


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
