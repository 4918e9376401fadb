"""A run of `python -m regulars`."""

from regulars.server.main import main

main()
