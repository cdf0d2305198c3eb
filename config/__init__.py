"""The configuration that Rasid comes with: data, and no code."""
