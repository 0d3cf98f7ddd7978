"""Who works on what next: stages, slots and order of tasks, what keeps them from a person, how they come back."""
