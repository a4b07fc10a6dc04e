"""The till at the door. No rules of its own: asks the rooms below."""
