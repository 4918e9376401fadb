"""Reads of attention, one file per noun."""
