"""Comments on tasks, and who is called by name in them."""
