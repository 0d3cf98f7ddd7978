"""Changes of what a project shows and asks: planned, counted, carried out, and the versions that they leave."""
