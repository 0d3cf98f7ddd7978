"""Learners follow scikit-learn: ``fit`` on rows and classes, scores for any rows. No Django here."""
