"""What this app announces."""

from django.dispatch import Signal

# Sent inside the sign-in, before anything is shown: what goes wrong in a receiver ends the sign-in.
signed_in_with_groups = Signal()  # kwargs: user_id; groups, a frozenset of the provider's names of them
