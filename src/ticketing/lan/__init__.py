"""The local network: this machine's addresses, a certificate of the house's own, the page that tells how to trust it.

Promises that no key leaves the instance folder, and that the authority made here can vouch for local names and
addresses only. Never decides who may do what."""
