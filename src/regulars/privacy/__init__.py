"""Verbs over everything below: what is held, why, and for how long."""
