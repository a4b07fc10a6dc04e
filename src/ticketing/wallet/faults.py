"""What can be wrong with the organizer's keys."""


class BadKeys(ValueError):
    """These keys cannot sign a pass. The message says why, without anything of the key."""
