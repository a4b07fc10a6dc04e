"""Messages: what the organizer writes to the people who come, once to each of them. Owns the texts and to whom they
go; promises that nobody gets one twice, however often it is sent and whoever dies meanwhile. Never advertises: it
reaches only who has something to do with the event.
"""
