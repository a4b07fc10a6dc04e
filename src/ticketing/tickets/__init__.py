"""Tickets: issue and revoke, the code that the QR carries, its image, the PDF page.

Promises that only the hash of a code is stored. Never asks about money."""
