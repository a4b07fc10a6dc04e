"""The chance in the art: a small generator of whole numbers that Python and JavaScript compute alike.

Fractions are whole numbers of 1/65536 (``ONE``), so that no floating point rounding can make the two differ.
"""

from math import isqrt

ONE = 1 << 16
_MASK = (1 << 64) - 1


class Noise:
    """xorshift64 (Marsaglia 2003, shifts 13, 7, 17) from a seed that is not zero."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK or 1

    def part(self) -> int:
        """Return the next number from 0 up to, not including, ONE."""
        state = self._state
        state ^= (state << 13) & _MASK
        state ^= state >> 7
        state ^= (state << 17) & _MASK
        self._state = state
        return state >> 48

    def swing(self) -> int:
        """Return the next number from -ONE up to, not including, ONE."""
        return 2 * self.part() - ONE


def times(left: int, right: int) -> int:
    """Multiply two fractions, rounding down (below zero too); the product may need 36 bits."""
    return left * right >> 16


def scatter(done: int) -> int:
    """Return how far out of register a slit is when ``done`` of the figure lies behind it: (1 - done) ** 1.0625."""
    left = max(0, ONE - done)
    root = left
    for _ in range(4):
        root = isqrt(root << 16)
    return times(left, root)
