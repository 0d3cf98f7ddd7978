"""The Data page: tasks found by filters out of millions, and one act on many of them."""
