"""Which tasks are asked next, why, and whether that pays."""
