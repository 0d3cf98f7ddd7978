"""What happens in a process with the site's settings: making what is measured, and running jobs."""
