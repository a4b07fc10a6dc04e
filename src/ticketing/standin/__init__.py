"""A local Stripe over HTTP, for rehearsals and tests, reached by STRIPE_API_BASE alone.

An island: imports nothing of ours, and nothing of ours imports it."""
