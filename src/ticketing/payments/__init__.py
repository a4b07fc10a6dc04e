"""Stripe: starting a payment, webhooks and their inbox, and settling a payment by asking Stripe again.

The only room that imports stripe, and only in gateway. Network calls stand outside every transaction."""
