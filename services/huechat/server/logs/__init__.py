"""The way of what is said: stored, seen, delivered, read again, indexed, pruned."""
