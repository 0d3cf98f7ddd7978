"""What becomes of answers when what is asked changes."""
