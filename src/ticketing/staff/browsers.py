"""Browsers in words, from what they say of themselves: enough for their owner to know them again."""

from __future__ import annotations

Names = tuple[tuple[str, str], ...]
# The first that fits: most browsers also name those that they are descended from.
BROWSERS: Names = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"))
BROWSERS += (("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS: Names = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"))
SYSTEMS += (("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"))


def browser_name(user_agent: str) -> str:
    """Such as "Firefox, Windows"; nothing for what is no browser that many people use."""
    found = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(name for name in found if name)


def _first(known: Names, text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
