"""Links of the documents lead somewhere, and their pictures are shown and small."""

from __future__ import annotations

from documents import DOCUMENTS, ROOT, anchors, links

LARGEST_PICTURE = 150_000


def test_links_lead_somewhere() -> None:
    dead = []
    for path in DOCUMENTS:
        for link in links(path.read_text(encoding="utf-8")):
            target, _, anchor = link.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            file = (path.parent / target).resolve() if target else path
            found = file.exists() and (not anchor or anchor in anchors(file.read_text(encoding="utf-8")))
            dead += [] if found else [f"{path.name}: {link}"]
    assert dead == []


def test_pictures_are_small_and_shown() -> None:
    pictures = set((ROOT / "docs/pictures").iterdir())
    assert {path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE} == set()
    shown = {(path.parent / link).resolve() for path in DOCUMENTS for link in links(path.read_text(encoding="utf-8"))}
    assert {path.name for path in pictures if path not in shown} == set()
