"""Query strategies: from what a model says about the pool to the tasks people should see next. No Django here."""
