"""Guidelines as one reader sees them: links lead to tasks that the reader may open, pictures are the project's own."""

from labelplatform.markdown_reading import Picture, Pictures
from labelplatform.marked_changes import render_changes
from labelplatform.media_types import PICTURES
from labelplatform.roles import Capability
from labelplatform.sanitizing import RenderedText, TaskUrls, render_markdown
from projects.models import Asset, Membership, Project, Task
from projects.models.assets import CONTENT_HASH
from projects.navigation import tab_url

_MOST_LINKS = 500
_ASSET = "asset:"


def task_urls_for(member: Membership) -> TaskUrls | None:
    """Where links to tasks lead this member; None for who may not browse tasks, to whom they are plain text."""
    base = tab_url(member, "data")
    if not member.may(Capability.VIEW_DATA) or not base:
        return None

    def find(external_ids: set[str]) -> dict[str, str]:
        named = sorted(name for name in external_ids if "\x00" not in name)[:_MOST_LINKS]
        tasks = Task.objects.filter(project_id=member.project_id, external_id__in=named)
        return {external_id: f"{base}{pk}/" for pk, external_id in tasks.values_list("pk", "external_id")}

    return find


def pictures_of(project: Project) -> Pictures:
    """The project's own pictures by what a text may call them: ``asset:HASH``, or the address they are served at."""
    served = f"/projects/{project.slug}/assets/"

    def find(sources: set[str]) -> dict[str, Picture]:
        hashes = {source: source.removeprefix(_ASSET).removeprefix(served) for source in sources}
        wanted = sorted({found for found in hashes.values() if CONTENT_HASH.fullmatch(found)})[:_MOST_LINKS]
        assets = Asset.objects.filter(project=project, content_hash__in=wanted, media_type__in=PICTURES)
        known = {
            content_hash: Picture(f"{served}{content_hash}", width or 0, height or 0)
            for content_hash, width, height in assets.values_list("content_hash", "width", "height")
        }
        return {source: known[found] for source, found in hashes.items() if found in known}

    return find


def guideline_html(member: Membership, text: str) -> RenderedText:
    return render_markdown(text, task_urls=task_urls_for(member), pictures=pictures_of(member.project))


def changes_html(member: Membership, before: str, after: str) -> RenderedText:
    """The later text with what changed since the earlier one marked in place."""
    return render_changes(before, after, task_urls=task_urls_for(member), pictures=pictures_of(member.project))
