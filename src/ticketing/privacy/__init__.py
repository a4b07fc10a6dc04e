"""Personal data: what is known of one person, given to them or erased on their wish, and erased for all when its
keeping time is over.

Promises that amounts, invoice numbers and issued receipts stay, because tax law wants them for seven years, and that
nothing goes while money is on its way or a bank asks. Never erases what it has not been asked for."""
