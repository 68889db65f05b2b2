"""What scripts/docs writes: the settings, and the page of the protocol."""
