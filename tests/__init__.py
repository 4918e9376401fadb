"""The tests, which mirror src."""
