"""The organizer's pages: figures, scans, tablets. No rules of its own: asks the rooms below."""
