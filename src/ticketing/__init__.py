"""Tickets and venue check-in for single-hall events.

The data flows one way: event, hold, order (pending), Stripe, order (paid), ticket, letter, scan, report.
The rooms are described in docs/architecture.md; imports go down their line only.
"""
