"""`python -m console` is `recense`."""

from console.cli import main

main()
