"""What goes with a model that leaves the platform: ``run.py`` is sent as it is and imports nothing of the platform."""
