"""One person at work: what is shown, drafts, answers, skips, and taking them back."""
