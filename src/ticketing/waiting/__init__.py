"""The waiting list: who wants places of a tier that is sold out, offered to them in their order as places become free.

Promises that nobody is passed over for whom the places would do, that an offered place is sold to nobody else, and that
each fact is told by one letter. Never takes an order itself: an offer is a hold that an order takes up."""
