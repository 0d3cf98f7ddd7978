"""What the pages of a project ask for, a module for each subject."""
