"""The quiz on a guideline: set up, taken, judged."""
