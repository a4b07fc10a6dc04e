"""The till at the door: sells for cash or on the buyer's phone, shows the tickets, opens and closes shifts.

It decides nothing: places, orders and drawers are the rooms' below. It never prints or mails by itself.
"""
