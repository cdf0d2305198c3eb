"""``python -m rasid`` is the command ``rasid``."""

from cli.main import main

main()
