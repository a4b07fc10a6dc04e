"""The people who run the event: accounts, roles, sessions, and the tablets paired with a gate.

Promises that a secret is stored only as a hash. Never decides what a ticket may do."""
