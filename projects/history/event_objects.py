"""What events are about: how each kind of object is called on pages, and where it is found.

An app registers its own in ``apps.py``, under the model's name::

    event_objects.register("annotation", "annotations.event_objects.ANNOTATION")
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from labelplatform.events.models import Event
from labelplatform.registry import Registry
from labelplatform.roles import Capability
from projects.models import Asset, Guideline, Membership
from projects.navigation import tab_url

Urls = Callable[[Membership, Sequence[int]], Mapping[int, str]]


@dataclass(frozen=True)
class EventObject:
    """A kind of object; ``urls`` gives the pages of those that this member may open, in a bounded number of queries."""

    title: str
    urls: Urls


event_objects = Registry("kind of object of events")
for _name in ("project", "task", "membership", "invitation", "guideline", "asset", "importrun", "job"):
    event_objects.register(_name, f"projects.history.event_objects.{_name.upper()}")


def object_title(object_type: str) -> str:
    title: str = event_objects.get(object_type).title if object_type in event_objects else object_type
    return title


def object_urls(member: Membership, events: Iterable[Event]) -> dict[int, str]:
    """The page of each event's object by the event's id; without those that have none for this member."""
    by_type: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.object_type in event_objects and event.object_id is not None:
            by_type[event.object_type].append(event)
    urls: dict[int, str] = {}
    for object_type, group in by_type.items():
        ids = [event.object_id for event in group if event.object_id is not None]
        found = event_objects.get(object_type).urls(member, ids)
        urls |= {event.pk: found[event.object_id] for event in group if found.get(event.object_id)}
    return urls


def task_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    base = tab_url(member, "data")
    return {pk: f"{base}{pk}/" for pk in ids} if base else {}


def _in_one_place(url_name: str, capability: Capability, mark: str = "") -> Urls:
    """Objects that have no page of their own and stand on one of the project's."""

    def urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
        if not member.may(capability):
            return {}
        return dict.fromkeys(ids, reverse(url_name, args=[member.project.slug]) + mark)

    return urls


def _guideline_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    numbers = Guideline.objects.filter(project_id=member.project_id, pk__in=ids).values_list("pk", "number")
    return {pk: reverse("projects:guideline-version", args=[member.project.slug, number]) for pk, number in numbers}


def _asset_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    assets = Asset.objects.filter(project_id=member.project_id, pk__in=ids).select_related("project")
    return {asset.pk: asset.get_absolute_url() for asset in assets}


def _import_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.IMPORT_TASKS):
        return {}
    return {pk: reverse("projects:import-detail", args=[member.project.slug, pk]) for pk in ids}


PROJECT = EventObject("project", _in_one_place("projects:settings", Capability.CONFIGURE))
TASK = EventObject("task", task_urls)
MEMBERSHIP = EventObject("member", _in_one_place("projects:people", Capability.MANAGE_MEMBERS))
INVITATION = EventObject("invitation", _in_one_place("projects:people", Capability.MANAGE_MEMBERS, "#waiting-title"))
GUIDELINE = EventObject("guideline", _guideline_urls)
ASSET = EventObject("picture", _asset_urls)
IMPORTRUN = EventObject("import", _import_urls)
JOB = EventObject("job", _in_one_place("projects:job-list", Capability.VIEW_DASHBOARD))
