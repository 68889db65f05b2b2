"""What the administrator does, from the command line."""
