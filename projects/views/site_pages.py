import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from projects.forms.people import ROLE_MEANINGS
from projects.schema_change.schema_forms import COLOUR_NAMES


@require_safe
@login_required
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/help.html", {"page_title": "Help", "roles": ROLE_MEANINGS.items()})


@require_safe
@login_required
def component_gallery(request: HttpRequest) -> HttpResponse:
    """All components in all states and both themes; for site admins only."""
    if not request.user.is_superuser:
        raise Http404
    sprite = get_template("_icons.html").render()
    context = {
        "page_title": "Components",
        "palette": range(1, len(COLOUR_NAMES) + 1),
        "icons": re.findall(r'id="icon-([a-z]+)"', sprite),
    }
    return render(request, "projects/component_gallery.html", context)
