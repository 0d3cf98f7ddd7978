"""The review circuit: which work is looked at again, by whom, and what a reviewer decides."""
