"""How well deals are read."""
