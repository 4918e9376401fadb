"""Foreign shapes turned into incoming facts; pure."""
