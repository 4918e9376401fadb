"""What we know: customers, people, colleagues, purposes."""
