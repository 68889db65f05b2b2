"""The README's pictures: terminals in which the real programs run, and how they are drawn."""
