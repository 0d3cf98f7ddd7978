"""What answers add to the Data page's bulk bar."""

from typing import Any

from django import forms

from annotations.reviewing.review_requests import MAX_REASON, send_to_review
from labelplatform.roles import Capability
from projects.browsing.data_acts import DataAct
from projects.models import Membership


class SendToReviewForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=MAX_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Reviewers read it, and each task keeps it in its story.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


SEND_TO_REVIEW = DataAct(
    "Send to review",
    "Finished work is opened again: its final labels are withdrawn until a reviewer has decided.",
    "Send to review",
    SendToReviewForm,
    lambda member, selection, form: send_to_review(member, selection, reason=form.cleaned_data["reason"]),
    Capability.MANAGE_WORK,
)
