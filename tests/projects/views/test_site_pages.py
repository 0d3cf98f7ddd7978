import time

import pytest

from labelplatform.jobs import worker_status
from projects.navigation import Tab, register_tab, tabs_for
from projects.schema_change.schema_forms import COLOUR_NAMES
from tests.factories import make_member, make_project, make_user

pytestmark = pytest.mark.django_db


def test_the_gallery_shows_every_colour_and_is_for_site_admins(client, ada):
    client.force_login(ada.user)
    assert client.get("/components/").status_code == 404
    client.force_login(make_user("sam", is_superuser=True))
    page = client.get("/components/").content.decode()
    assert all(f"option-colour-{number}" in page for number in range(1, len(COLOUR_NAMES) + 1))
    assert 'data-theme="light"' in page
    assert 'data-theme="dark"' in page


def test_help_explains_each_role(client, ben):
    client.force_login(ben.user)
    page = client.get("/help/").content.decode()
    assert all(role in page for role in ("viewer", "annotator", "reviewer", "manager", "admin"))


def test_a_silent_worker_is_said_on_every_page_until_one_answers(client, ben, monkeypatch):
    monkeypatch.setattr(worker_status, "_started", time.monotonic() - 60)
    client.force_login(ben.user)
    assert "No worker answers" in client.get("/help/").content.decode()
    worker_status.note_worker()
    assert "No worker answers" not in client.get("/help/").content.decode()


def test_tabs_are_those_that_the_role_may_open(project, ada, ben):
    viewer = make_member(project, "viewer")
    names = {member.role: [tab.name for tab in tabs_for(member)] for member in (ada, ben, viewer)}
    assert names["annotator"] == ["label", "guideline"]
    assert {"overview", "people", "settings"} <= set(names["admin"])
    assert "overview" in names["viewer"]
    assert not {"label", "people", "settings"} & set(names["viewer"])


def test_two_tabs_cannot_have_one_name(project, ada):
    tab = tabs_for(ada)[0]
    with pytest.raises(ValueError, match=tab.name):
        register_tab(Tab(tab.name, "Other", "projects:overview", tab.capability, 1))


def test_the_list_shows_only_projects_one_is_in(client, ben, eve):
    client.force_login(ben.user)
    page = client.get("/projects/").content.decode()
    assert ben.project.name in page
    assert "Eve&#x27;s" not in page


def test_a_site_admin_sees_all_projects(client, ben, eve):
    client.force_login(make_user("sam", is_superuser=True))
    page = client.get("/projects/").content.decode()
    assert ben.project.name in page
    assert "Eve&#x27;s" in page


def test_forty_projects_cost_no_more_queries_than_ten(client, django_assert_max_num_queries):
    user = make_user()
    for _ in range(40):
        make_member(make_project(), "admin", user)
    client.force_login(user)
    client.get("/projects/")
    with django_assert_max_num_queries(8):
        client.get("/projects/")


def test_pages_carry_no_inline_script_or_style(client, ada):
    client.force_login(ada.user)
    for path in ("/", "/projects/", "/projects/new/?from=topic", f"/projects/{ada.project.slug}/settings/"):
        page = client.get(path).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert " hx-on" not in page
        tags = [part.split(">")[0] for part in page.split("<script")[1:]]
        assert all("src=" in tag or 'type="application/json"' in tag for tag in tags)
