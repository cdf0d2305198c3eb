"""Reposts: which articles share a text, who wrote it and who copied it."""
