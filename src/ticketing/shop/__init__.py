"""The buyer's pages: event, review, order. No rules of its own: asks the rooms below."""
