"""Where facts are read in bulk; the only layer that names an engine."""
