"""As on a machine that runs the house: without what only its development needs but libraries load where they find it.

structlog loads rich, and rich loads pygments and attrs: a tenth of a start, and memory, that no server has.
"""

import sys

for name in ("rich", "pygments", "attr", "greenlet"):
    sys.modules[name] = None  # type: ignore[assignment]  # the documented way to have an import refused
