"""What jobs announce, after commit, with ids only."""

from django.dispatch import Signal

job_ended = Signal()  # kwargs: job_id; the job is done, has failed or was cancelled
