"""Next-step rules, one file per kind; pure."""
