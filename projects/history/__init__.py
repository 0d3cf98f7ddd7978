"""What happened, and the way back: events in words, the audit log, a task's story, undoing."""
