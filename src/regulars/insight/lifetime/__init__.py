"""Fitted models of repeat buying and spend."""
