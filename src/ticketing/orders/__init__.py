"""Orders: pricing, checkout (place and hold), fulfilment, expiry, their letters.

Promises that payment success is one transaction: paid, sold, issued, letter queued. Never talks to Stripe."""
