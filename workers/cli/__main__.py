"""`python -m workers.cli` is the `inkling` command, for when the script is not on the path."""

from workers.cli import main

main()
