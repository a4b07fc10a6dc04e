"""The programs' interface: JSON under /api/v1 for tokens with scopes, and its description, made from the same calls.

No rules of its own: asks the rooms below. Never shows names or addresses to a token without the scope for that."""
