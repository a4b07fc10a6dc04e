"""The door: gates, scans (append-only), the rule that decides, who is inside, the scanner page and its JSON.

Promises that the room never holds more people than its limit. Never asks about orders or money."""
