"""How long readers of the desk wait."""
