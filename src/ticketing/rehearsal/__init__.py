"""Drives the whole system over HTTP as buyers and door staff do. An island."""
