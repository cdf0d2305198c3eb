"""Rasid (راصد, "observer"): a scheduled news monitor for Arabic."""

__version__ = "0.1.0"
"""As pyproject.toml has it; what is installed need not be asked for it."""
