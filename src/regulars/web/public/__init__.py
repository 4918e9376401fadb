"""Pages for customers, opened by a link and nothing else."""
