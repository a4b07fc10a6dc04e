"""The outbox: letters as rows, their sending, and the transports (SMTP, or a folder with an inbox page).

Promises one letter per fact and at least one attempt until it is sent or refused for good.
Never knows what a letter is about: the rooms above compose, this room carries."""
