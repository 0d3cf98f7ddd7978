"""Learning rounds: what sets one off, what is learned from, how good the outcome is."""
