"""A film for Chromium's fake camera: tickets are held up one after the other, moving and tilted.

A raw MJPEG stream is JPEG pictures one after the other; Chromium plays it at 30 frames a second, in a loop.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
FRAMES_PER_SECOND = 30
_ROOM = 60
_QUALITY = 85


def write_clip(
    path: Path,
    images: Sequence[Picture],
    *,
    empty: float = 1.0,
    held: float = 1.5,
    gap: float = 0.7,
    height: float = 560,
) -> Path:
    """Write a film that shows nothing for `empty` seconds, then each image for `held` with `gap` between them.

    Images are grey or BGR pictures of a ticket page or of a code alone; `height` is their size in
    the film in pixels (an A4 page reads well at 700).
    Hand the path to `camera_arguments`. The film loops, so the last gap leads to the empty beginning."""
    with path.open("wb") as film:
        for _ in range(round(empty * FRAMES_PER_SECOND)):
            film.write(jpeg(_room()))
        for image in images:
            for frame in _held_up(_fitted(image, height), round(held * FRAMES_PER_SECOND)):
                film.write(jpeg(frame))
            for _ in range(round(gap * FRAMES_PER_SECOND)):
                film.write(jpeg(_room()))
    return path.resolve()


def camera_arguments(clip: Path) -> list[str]:
    """The switches that make Chromium use the film as its camera and grant it without a question."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip.resolve()}",
    ]


def _held_up(image: Picture, frames: int) -> Iterator[Picture]:
    """A hand brings the ticket in: it drifts, turns a little and leans back, and is slightly out of focus."""
    for n in range(frames):
        t = n / max(frames - 1, 1)
        turn = np.sin(t * 2.2 * np.pi) * 7
        lean = 0.06 + 0.05 * np.sin(t * 1.4 * np.pi)
        shift = np.array([np.sin(t * 1.7 * np.pi) * 60, np.cos(t * 1.3 * np.pi) * 25])
        yield _placed(image, float(turn), float(lean), shift)


def _placed(image: Picture, turn: float, lean: float, shift: NDArray[np.float64]) -> Picture:
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    centered = corners - (width / 2, height / 2)
    centered[:2, 0] *= 1 - lean
    centered[:, 1] *= 1 - lean / 2
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = centered @ rotation.T + (WIDTH / 2, HEIGHT / 2) + shift
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    frame = _room()
    cv2.warpPerspective(image, matrix, (WIDTH, HEIGHT), dst=frame, borderMode=cv2.BORDER_TRANSPARENT)
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 0.8), dtype=np.uint8)


def _fitted(image: Picture, height: int) -> Picture:
    colored = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image
    scale = min(height / colored.shape[0], (WIDTH - 160) / colored.shape[1])
    size = (round(colored.shape[1] * scale), round(colored.shape[0] * scale))
    return np.asarray(cv2.resize(colored, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _room() -> Picture:
    return np.full((HEIGHT, WIDTH, 3), _ROOM, dtype=np.uint8)


def jpeg(frame: Picture) -> bytes:
    """One frame of a film."""
    done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    assert done
    return data.tobytes()
