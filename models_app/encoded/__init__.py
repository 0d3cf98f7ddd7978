"""A project's tasks as rows of numbers: each encoded once, kept in files, read by all of learning."""
