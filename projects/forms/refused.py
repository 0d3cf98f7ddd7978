"""Refusals of an operation beside the fields they are about."""

from django import forms

from labelplatform.refusals import Refusal


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put what an operation refused beside the field it is about, or above the form."""
    if not refusal.errors:
        form.add_error(None, refusal.detail)
    for error in refusal.errors:
        form.add_error(error["path"] if error["path"] in form.fields else None, error["message"])
