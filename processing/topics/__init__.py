"""What an article is about: words that analysts write, models that are learned, and the passages that prove it."""
