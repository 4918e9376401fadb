"""Writes of attention: standings, next steps, results, answers."""
