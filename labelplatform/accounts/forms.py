"""What the account pages ask for."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

_LIFETIMES = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "Never"))


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As others in your projects see it.",
    )


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What uses it: “nightly import”.")
    days = forms.ChoiceField(label="Works for", choices=_LIFETIMES, initial="90", required=False)

    @property
    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class UserForm(forms.Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(max_length=120, required=False)
    is_site_admin = forms.BooleanField(
        label="Site admin", required=False, help_text="May open every project and manage all people."
    )
