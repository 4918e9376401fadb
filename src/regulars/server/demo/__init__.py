"""Companies that can be tried."""
