"""Arms deals: what an article says of who sells what to whom, and the deals that many articles tell of."""
