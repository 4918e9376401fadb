"""Regulars: a self-hosted customer success system."""

__version__ = "0.1.0"
