"""Encoders turn what a task shows into rows that learners can learn from. No Django here."""
