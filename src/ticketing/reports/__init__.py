"""Figures for people: sales, attendance, reconciliation. Reads every room, writes nothing."""
