"""Points on a map out of the addresses that people copy from map sites."""

import pytest

from ticketing.events.places import coordinates


@pytest.mark.parametrize(
    ("url", "point"),
    [
        ("https://www.openstreetmap.org/?mlat=35.6699&mlon=139.7405#map=18/35.67/139.74", (35.6699, 139.7405)),
        ("https://www.openstreetmap.org/#map=18/35.67/139.74", (35.67, 139.74)),
        ("https://www.google.com/maps/place/X/@35.6,139.7,17z/data=!3m1!8m2!3d35.6699!4d139.7405", (35.6699, 139.7405)),
        ("https://maps.apple.com/?ll=-33.8568%2C151.2153&q=Opera", (-33.8568, 151.2153)),
        ("https://www.openstreetmap.org/search?query=Akasaka", None),
        ("https://example.com/?q=95.1,139.7", None),
        ("", None),
    ],
)
def test_points_are_read_out_of_map_links(url: str, point: tuple[float, float] | None) -> None:
    assert coordinates(url) == point
