"""What happened: facts, the files they came from, and what was refused."""
