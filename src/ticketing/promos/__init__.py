"""Promo codes: words that make the tickets of an event cheaper, and how often each was used.

Promises that no code is used more often than it says, on every database, under any number of buyers, and that what a
code takes off never changes once it was made. Never prices an order: `orders.pricing` does."""
