"""SQLite where writers wait in a queue. Django finds the database backend in ``base``."""
