"""What people attend: venue, room, event, programs, tiers, gates; the event file; the art made from it.

Promises one frozen catalog per revision of an event. Never counts anything: stock is next door."""
