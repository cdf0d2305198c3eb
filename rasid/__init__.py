"""Rasid (راصد, "observer"): a scheduled news monitor for Arabic."""

from importlib.metadata import version

__version__ = version("rasid")
