"""What deserves a person next."""
