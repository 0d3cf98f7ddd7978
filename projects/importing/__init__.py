"""Import: one reader per format, detection, preview, column mapping, and the job that writes tasks."""
