"""Who is in a project: invited, with a role, skills and limits, with what in hand, let go."""
