"""Figures for people: sales, attendance, reconciliation. Reads every room, writes only its own sums and visits."""
