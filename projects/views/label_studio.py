import json

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from projects.label_studio import ConfigurationProblem, Converted, convert_configuration
from projects.starters.outline import outline_of


class ConfigurationForm(forms.Form):
    configuration = forms.CharField(
        label="Labeling configuration",
        strip=False,
        widget=forms.Textarea(attrs={"class": "code", "rows": 16, "spellcheck": "false"}),
        help_text="In Label Studio: Settings → Labeling Interface → Code. All of it, from <View> to </View>.",
    )

    converted: Converted

    def clean_configuration(self) -> str:
        text: str = self.cleaned_data["configuration"]
        try:
            self.converted = convert_configuration(text)
        except ConfigurationProblem as error:
            raise ValidationError(error.message) from error
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def label_studio(request: HttpRequest) -> HttpResponse:
    """Paste a configuration and see what becomes of it; the next page is posted the schema, so nothing is stored."""
    form = ConfigurationForm(request.POST if request.method == "POST" else None)
    context = {"page_title": "From a Label Studio configuration", "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "projects/label_studio.html", context, status=422 if form.is_bound else 200)
    notes = form.converted.notes
    context |= {
        "outline": outline_of(form.converted.schema),
        "schema_json": json.dumps(form.converted.schema, ensure_ascii=False),
        "lost": [note for note in notes if note.is_lost],
        "changed": [note for note in notes if not note.is_lost],
    }
    return render(request, "projects/label_studio.html", context)
