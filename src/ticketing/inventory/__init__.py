"""Places: stock counters and holds, the one room where capacity is taken and given back.

Promises that no counter passes its capacity, on every database, under any number of buyers."""
