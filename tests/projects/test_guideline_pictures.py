"""The pictures of a guideline: which are shown, what the editor is told, and what changed between versions."""

import pytest

from projects.guideline.guideline_links import changes_html, guideline_html
from projects.guideline.guideline_pictures import picture_problems, versions_beside
from projects.guideline.guidelines import publish_guideline
from tests.factories import make_asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(project):
    return make_asset(project, words="till")


def test_a_picture_is_named_by_its_hash_or_by_its_address(project, ben, till):
    for source in (f"asset:{till.content_hash}", till.get_absolute_url()):
        html = str(guideline_html(ben, f"![A till]({source})").html)
        assert f'<img src="{till.get_absolute_url()}" alt="A till" width="60" height="40" loading="lazy">' in html


def test_a_picture_of_eves_is_words_in_ours(project, ben, eve):
    hers = make_asset(eve.project, words="hers")
    for source in (f"asset:{hers.content_hash}", hers.get_absolute_url(), "asset:" + "0" * 64, "asset:\x00"):
        html = str(guideline_html(ben, f"![Hers]({source})").html)
        assert "<img" not in html
        assert hers.content_hash not in html


def test_a_text_without_pictures_asks_for_none(project, ben, django_assert_num_queries):
    with django_assert_num_queries(0):
        guideline_html(ben, "# Rules\n\nNo pictures, ! or [links].")


def test_many_pictures_are_found_in_one_query(project, ben, django_assert_num_queries):
    text = "\n\n".join(make_asset(project, words=str(number)).markdown for number in range(12))
    with django_assert_num_queries(1):
        assert str(guideline_html(ben, text).html).count("<img") == 12


def test_the_editor_is_told_of_pictures_without_words_and_of_those_that_are_not_shown(project, till):
    text = f"![](asset:{till.content_hash}) ![Other](https://example.org/x.png) ![Good](asset:{till.content_hash})"
    silent, elsewhere = picture_problems(project, text)
    assert silent.startswith("A picture has no description.")
    assert elsewhere.startswith("“Other” is no picture of this project")
    assert picture_problems(project, f"![Good](asset:{till.content_hash})") == []


def test_a_changed_picture_is_marked_where_it_stands(project, ben, till):
    other = make_asset(project, words="other")
    before, after = (f"See ![A till](asset:{one.content_hash}) here." for one in (till, other))
    html = str(changes_html(ben, before, after).html)
    assert html.index("<del>") < html.index(till.content_hash) < html.index("</del>")
    assert html.index("<ins>") < html.index(other.content_hash) < html.index("</ins>")
    assert "<ins>" not in str(changes_html(ben, before, before).html)


def test_two_versions_show_their_pictures_under_the_lines_that_name_them(project, till):
    other = make_asset(project, words="other")
    before, after = (f"Till:\n\n![Till](asset:{one.content_hash})\n\nEnd." for one in (till, other))
    rows = [row for row in versions_beside(project, before, after) if row.pictures_before or row.pictures_after]
    assert [(row.kind, len(row.pictures_before), len(row.pictures_after)) for row in rows] == [("changed", 1, 1)]
    assert rows[0].pictures_before[0].picture.url == till.get_absolute_url()
    assert rows[0].pictures_after[0].changed
    same = versions_beside(project, before, f"{before}\n\nMore.")
    assert not any(shown.changed for row in same for shown in (*row.pictures_before, *row.pictures_after))


def test_pages_show_the_picture_to_who_labels(client, project, ben, till):
    publish_guideline(project=project, author=None, text="# Rules")
    publish_guideline(project=project, author=None, text=f"# Rules\n\n![A till]({till.get_absolute_url()})")
    client.force_login(ben.user)
    for page in ("guideline/", "guideline/compare/", "label/"):
        assert f'src="{till.get_absolute_url()}"' in client.get(f"/projects/{project.slug}/{page}").content.decode()
    changes = client.get(f"/api/v1/projects/{project.slug}/guidelines/changes/").json()
    assert till.get_absolute_url() in changes["html"]


def test_the_preview_of_the_editor_shows_the_picture_and_warns(client, project, ada, till):
    client.force_login(ada.user)
    page = client.post(f"/projects/{project.slug}/guideline/preview/", {"text": till.markdown}).content.decode()
    assert f'src="{till.get_absolute_url()}"' in page
    assert "A picture has no description." in page
