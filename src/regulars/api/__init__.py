"""What other programs see."""
