"""Answers of a model that is sure enough, accepted in place of people's: proven on the holdout, audited by people."""
