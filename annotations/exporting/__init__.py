"""Export: one writer per format, and the job that streams final labels into a file."""
