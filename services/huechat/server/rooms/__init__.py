"""The rooms that are open, and what is done in them."""
