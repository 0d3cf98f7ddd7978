"""Tasks given to people by name: shared out, moved, taken back; and what waits for a person."""
