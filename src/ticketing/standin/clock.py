"""The stand-in's clock: the machine's, plus what `POST /_control/advance` has added so far."""

import time
from collections.abc import Callable

from ticketing.standin.store import Store


class Clock:
    """Whole seconds since 1970, as Stripe writes times. The lead over the machine's clock outlives a restart."""

    def __init__(self, store: Store, machine: Callable[[], float] = time.time) -> None:
        self._store = store
        self._machine = machine
        with store.transaction() as db:
            row = db.execute("SELECT value FROM facts WHERE name = 'lead'").fetchone()
        self.lead = int(row[0]) if row else 0

    def now(self) -> int:
        """The time that objects and events carry."""
        return int(self._machine()) + self.lead

    def advance(self, seconds: int) -> None:
        """Moves the clock forward; it never goes back."""
        self.lead += seconds
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES ('lead', ?)", (str(self.lead),))
