"""The word of a promo code as people type it: large or small, wide or narrow, with spaces or without is the same."""

from __future__ import annotations

import unicodedata

LONGEST_WORD = 40
SHORTEST_WORD = 2


def plain(text: str) -> str:
    """The word as it is kept and compared; whatever was typed has one, and not each is a good word.

    Letters are compatible forms in capitals (Unicode NFKC), every dash is a hyphen, and so is the long vowel that a
    Japanese keyboard gives for one between Latin letters.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    word = "".join("-" if _is_dash(letter) else letter for letter in folded if not letter.isspace())
    narrow = word.replace("ー", "-")
    return narrow if narrow.isascii() else word


def is_word(text: str) -> bool:
    """Whether this, as `plain` gives it, may be the word of a code: letters, digits and hyphens, not too many."""
    return SHORTEST_WORD <= len(text) <= LONGEST_WORD and all(one.isalnum() or one in "-_ー" for one in text)


def _is_dash(letter: str) -> bool:
    return unicodedata.category(letter) == "Pd" or letter == "\u2212"
