"""Setting type: what must not be torn apart at the end of a line."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# A count with its word, and a day: 8か国, 9人, 10月26日, 5,000円, 10:00–13:00.
KEPT_TOGETHER = re.compile(r"\d+月\d+日|[\d,.]*\d ?(?:か国|か所|人|席|枚|円|分|日)|\d+:\d\d–\d+:\d\d|\d+:\d\d")


def unbroken(text: str) -> Markup:
    """The text for a page, with its counts, days and times kept on one line each."""
    return Markup(KEPT_TOGETHER.sub(r'<span class="nobr">\g<0></span>', str(escape(text))))  # noqa: S704 (escaped first)
