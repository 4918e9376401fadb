"""Charts drawn by the worker and kept beside the figures they show."""
