"""Tickets as doors see them: printed and on phones, tilted, blurred, in the dark, small, with the colours turned."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from fake_camera import FRAMES_PER_SECOND, HEIGHT, WIDTH, Picture, jpeg

Scene = Callable[[Picture, Picture, float], Picture]
"""A frame from the ticket's printed page, its symbol as a phone shows it, and how far the hand has moved (0 to 1)."""


def _room(light: int = 70) -> Picture:
    return np.full((HEIGHT, WIDTH, 3), light, dtype=np.uint8)


def _laid(image: Picture, height: float, t: float, *, tilt: float = 0, turn: float = 6, room: int = 70) -> Picture:
    """The picture in the room, `height` pixels high, leaning back by `tilt` degrees; the hand is never quite still."""
    scale = height / image.shape[0]
    size = (round(image.shape[1] * scale), round(height))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    wide, high = small.shape[1], small.shape[0]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float64)
    points = corners - (wide / 2, high / 2)
    angle, lean = np.radians(turn * np.sin(t * 2 * np.pi)), np.radians(tilt)
    turned = points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    depth = 1 + turned[:, 1] * np.sin(lean) / 1400  # an eye 1,400 pixels away: an arm's length
    seen = np.stack([turned[:, 0] / depth, turned[:, 1] * np.cos(lean) / depth], axis=1)
    seen += (WIDTH / 2 + 40 * np.sin(t * 5), HEIGHT / 2 + 20 * np.cos(t * 4))
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    frame = _room(room)
    cv2.warpPerspective(small, matrix, (WIDTH, HEIGHT), dst=frame, borderMode=cv2.BORDER_TRANSPARENT)
    return frame


def _soft(frame: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), dtype=np.uint8)


def _smeared(frame: Picture, pixels: int) -> Picture:
    """Moved by so many pixels while the shutter was open."""
    kernel = np.full((1, pixels), 1 / pixels, dtype=np.float32)
    return np.asarray(cv2.filter2D(frame, -1, kernel), dtype=np.uint8)


def _dim(frame: Picture, light: float, noise: float, seed: float) -> Picture:
    """A dark foyer: little light, and a sensor that makes up for it with noise."""
    grain = np.random.default_rng(round(seed * 1e6)).normal(0, noise, frame.shape)
    return np.asarray(np.clip(frame * light + 12 + grain, 0, 255), dtype=np.uint8)


def _phone(symbol: Picture, *, dark: bool = False) -> Picture:
    """A phone's screen with the symbol in the middle; in dark mode its colours are turned."""
    side = symbol.shape[1]
    screen = np.full((side * 2, round(side * 1.1), 3), 255, dtype=np.uint8)
    top, left = side // 3, round(side * 0.05)
    screen[top : top + side, left : left + side] = symbol
    return np.asarray(255 - screen if dark else screen, dtype=np.uint8)


def _glowing(frame: Picture) -> Picture:
    """A bright screen in a dark room: the white runs over into the black."""
    halo = cv2.GaussianBlur(frame, (0, 0), 14).astype(np.float64)
    return np.asarray(np.clip(frame * 0.9 + halo * 0.35 + 10, 0, 255), dtype=np.uint8)


CONDITIONS: dict[str, Scene] = {
    "paper": lambda page, _symbol, t: _soft(_laid(page, 690, t), 0.8),
    "paper, leaning 45°": lambda page, _symbol, t: _soft(_laid(page, 690, t, tilt=45), 0.8),
    "paper, out of focus": lambda page, _symbol, t: _soft(_laid(page, 690, t), 1.8),
    "paper, moving": lambda page, _symbol, t: _smeared(_laid(page, 690, t), 5),
    "paper, dark foyer": lambda page, _symbol, t: _dim(_soft(_laid(page, 690, t), 0.8), 0.16, 5, t),
    "phone": lambda _page, symbol, t: _soft(_laid(_phone(symbol), 640, t), 0.8),
    "phone, leaning 45°": lambda _page, symbol, t: _soft(_laid(_phone(symbol), 640, t, tilt=45), 0.8),
    "phone, dark foyer": lambda _page, symbol, t: _glowing(_laid(_phone(symbol), 640, t, room=4)),
    "phone, dark mode": lambda _page, symbol, t: _soft(_laid(_phone(symbol, dark=True), 640, t, room=20), 0.8),
    "phone, far away": lambda _page, symbol, t: _soft(_laid(_phone(symbol), 230, t), 0.8),
}


def film(path: Path, scenes: list[tuple[Scene, Picture, Picture]], *, held: float = 0.9, gap: float = 0.4) -> Path:
    """Write a film that holds up each ticket (page, symbol) for `held` seconds, with an empty `gap` between them."""
    with path.open("wb") as out:
        for scene, page, symbol in scenes:
            for _ in range(round(gap * FRAMES_PER_SECOND)):
                out.write(jpeg(_room()))
            frames = round(held * FRAMES_PER_SECOND)
            for n in range(frames):
                out.write(jpeg(scene(page, symbol, n / frames)))
    return path.resolve()
