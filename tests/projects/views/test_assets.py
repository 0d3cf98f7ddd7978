"""Pictures as they are served."""

import pytest

from labelplatform import uploads
from tests.factories import make_asset, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(project):
    return make_asset(project, original_name='"\r\n<script>.html')


def test_a_member_gets_a_picture_that_can_run_nothing(client, asset, ben):
    client.force_login(ben.user)
    answer = client.get(asset.get_absolute_url())
    assert b"".join(answer.streaming_content) == make_picture()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == f'inline; filename="{asset.content_hash[:12]}.png"'


def test_a_browser_keeps_it_for_itself_and_asks_again_for_nothing(client, asset, ben):
    client.force_login(ben.user)
    answer = client.get(asset.get_absolute_url())
    assert b"".join(answer.streaming_content)
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(asset.get_absolute_url(), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_eve_gets_nothing_by_any_address(client, asset, eve):
    client.force_login(eve.user)
    tag = {"If-None-Match": f'"{asset.content_hash}"'}
    for slug in (asset.project.slug, eve.project.slug):
        assert client.get(f"/projects/{slug}/assets/{asset.content_hash}").status_code == 404
        assert client.get(f"/projects/{slug}/assets/{asset.content_hash}", headers=tag).status_code == 404


def test_who_was_suspended_gets_nothing_any_more(client, asset, ben):
    client.force_login(ben.user)
    ben.suspended = True
    ben.save()
    assert client.get(asset.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("content_hash", ["0" * 64, "%00", "A" * 64, "..%2f..%2fsecret", "a" * 5_000])
def test_what_is_no_picture_of_ours_is_404(client, asset, ben, content_hash):
    client.force_login(ben.user)
    assert client.get(f"/projects/{asset.project.slug}/assets/{content_hash}").status_code == 404


def test_a_picture_whose_file_is_lost_is_404(client, asset, ben):
    client.force_login(ben.user)
    uploads.delete_media(asset.stored_name)
    assert client.get(asset.get_absolute_url()).status_code == 404
