"""What a project concludes from answers: consensus, final labels, the stage of a task; and how they are found again."""
