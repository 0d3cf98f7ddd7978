"""What the frame around every page shows: the rail, the tabs of a project, the theme, whether work is being done."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from labelplatform.accounts.second_factor import lacks_second_factor
from labelplatform.jobs.models import Job
from labelplatform.jobs.worker_status import worker_answers
from labelplatform.notifications.reading import COUNT_CAP, unread_count
from labelplatform.roles import Capability
from projects.models import Membership, Project, ProjectState

THEMES = ("auto", "light", "dark")
MAX_RAIL_PROJECTS = 8


@dataclass(frozen=True)
class Tab:
    """A page of a project; ``url_name`` takes the project's slug. ``order`` places it among the others."""

    name: str
    title: str
    url_name: str
    capability: Capability
    order: int
    icon: str = ""


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    icon: str = ""
    is_current: bool = False


_tabs: dict[str, Tab] = {}


def register_tab(tab: Tab) -> None:
    """Add a page to every project; each app does this for its own pages when it is ready."""
    if _tabs.setdefault(tab.name, tab) != tab:
        raise ValueError(f"Two different tabs are named {tab.name!r}.")


def tabs_for(member: Membership) -> list[Tab]:
    """The project's pages that this member may open, in order."""
    return sorted((tab for tab in _tabs.values() if member.may(tab.capability)), key=lambda tab: tab.order)


def project_home(member: Membership) -> str:
    """Where the project's name leads: the first page that the member may open."""
    tabs = tabs_for(member)
    return reverse(tabs[0].url_name, args=[member.project.slug]) if tabs else reverse("projects:my-work")


def tab_links(member: Membership, current: str) -> list[Link]:
    slug = member.project.slug
    return [
        Link(tab.title, reverse(tab.url_name, args=[slug]), tab.icon, tab.name == current) for tab in tabs_for(member)
    ]


def page_url(project: Project, name: str) -> str:
    """The address of one of the project's pages, for whoever may open it."""
    return reverse(_tabs[name].url_name, args=[project.slug])


def tab_url(member: Membership, name: str) -> str:
    """The address of one of the project's pages; "" when there is none that this member may open."""
    tab = _tabs.get(name)
    return page_url(member.project, name) if tab and member.may(tab.capability) else ""


def tasks_url(member: Membership, **filters: Any) -> str:
    """The Data page narrowed by filters; "" for those who may not open it."""
    url = tab_url(member, "data")
    return f"{url}?{urlencode(filters)}" if url else ""


def running_jobs(member: Membership) -> QuerySet[Job]:
    return Job.objects.active().filter(project_id=member.project_id).order_by("id")[:5]


class Frame:
    """The frame of one request. Nothing is looked up before a template asks for it, so fragments pay nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user: Any = getattr(request, "user", None)

    @cached_property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def rail(self) -> str:
        return "folded" if self._request.COOKIES.get("rail") == "folded" else "open"

    @cached_property
    def is_signed_in(self) -> bool:
        return bool(self._user and self._user.is_authenticated)

    @cached_property
    def sign_on_name(self) -> str:
        """What people know the sign-on provider by; "" when there is none."""
        return settings.OIDC_NAME if settings.SOCIALACCOUNT_PROVIDERS else ""

    @cached_property
    def lacks_second_factor(self) -> bool:
        return self.is_signed_in and lacks_second_factor(self._user)

    @cached_property
    def initials(self) -> str:
        words = self._user.display_name.replace(".", " ").split()
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @cached_property
    def worker_missing(self) -> bool:
        return self.is_signed_in and not worker_answers()

    @cached_property
    def unread(self) -> int:
        """How many notifications are new; at most one more than ``COUNT_CAP``."""
        return unread_count(self._user) if self.is_signed_in else 0

    @property
    def unread_text(self) -> str:
        return f"{COUNT_CAP}+" if self.unread > COUNT_CAP else str(self.unread)

    @cached_property
    def links(self) -> list[Link]:
        """The site's own pages, for the rail and the phone's menu."""
        if not self.is_signed_in:
            return []
        places = [("My work", "projects:my-work", "tray"), ("Projects", "projects:project-list", "projects")]
        if self._user.is_superuser:
            places.append(("People", "accounts:user-list", "people"))
        places.append(("Help", "projects:help", "help"))
        here = self._request.path
        return [Link(title, reverse(name), icon, reverse(name) == here) for title, name, icon in places]

    @cached_property
    def projects(self) -> list[Link]:
        """The person's own projects, for the rail."""
        if not self.is_signed_in:
            return []
        memberships = (
            Membership.objects.filter(user=self._user, suspended=False)
            .exclude(project__state=ProjectState.ARCHIVED)
            .select_related("project")
            .order_by("project__name")[:MAX_RAIL_PROJECTS]
        )
        here = self._request.path
        return [
            Link(member.project.name, home, is_current=here.startswith(_project_root(member.project)))
            for member in memberships
            for home in [project_home(member)]
        ]


def _project_root(project: Project) -> str:
    return reverse("projects:overview", args=[project.slug])


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame`` in every template."""
    return {"frame": Frame(request)}
