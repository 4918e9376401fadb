"""Writes, one file per noun: permission, change and audit entry in one transaction."""
