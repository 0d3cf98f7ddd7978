"""A manager brings a file, chooses what its columns are, follows the import, and exports."""

from typing import Any

from playwright.sync_api import Page, expect

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import ImportRun, Task
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_user

TABLE = "id;text;source\na-1;how much did i spend;app\na-2;;web\na-3;book a flight 🛫 to Köln;app\n"

DROP = """([text, size]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text.padEnd(size, "x")], "tasks.csv", { type: "text/csv" }));
  const place = document.querySelector("file-drop");
  place.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def open_import_page(page: Page, live_server: Any) -> Any:
    member = make_member(make_project(), "admin", make_user("ada"))
    sign_in(page.context, member.user, live_server)
    page.goto(f"{live_server.url}/projects/{member.project.slug}/imports/")
    return member


def test_a_dropped_file_is_looked_at_imported_and_exported(page, live_server, complaints):
    member = open_import_page(page, live_server)
    page.evaluate(DROP, [TABLE, 0])
    page.wait_for_url("**/imports/*/")
    expect(page.get_by_text("1 row of these 3 would be rejected")).to_be_visible()
    expect(page.get_by_label("text", exact=True)).to_have_value("data.text")
    page.get_by_label("source", exact=True).select_option("ignore")
    page.get_by_role("button", name="Start import").click()
    progress = page.get_by_role("region", name="How far the import is")
    expect(progress.get_by_text("Waiting for a worker.")).to_be_visible()

    run_job(ImportRun.objects.get().job_id)
    expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()  # the page has looked again by itself
    expect(page.get_by_text("“text” is empty.")).to_be_visible()
    assert Task.objects.count() == 2

    page.goto(f"{live_server.url}/projects/{member.project.slug}/exports/")
    page.get_by_label("All, labeled or not").check()
    page.get_by_role("button", name="Start export").click()
    expect(page.locator("td job-progress")).to_be_visible()
    run_job(Job.objects.latest("id").pk)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert "book a flight 🛫 to Köln" in download.value.path().read_text()
    assert complaints == []


def test_preview_and_progress_fit_a_phone_and_break_no_accessibility_rule(page, live_server, complaints):
    open_import_page(page, live_server)
    page.evaluate(DROP, [TABLE, 0])
    page.wait_for_url("**/imports/*/")
    page.set_viewport_size({"width": 390, "height": 800})
    for look in range(2):
        assert broken_rules(page, "light") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        if look == 0:
            page.get_by_role("button", name="Start import").click()
            run_job(ImportRun.objects.get().job_id)
            expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()
    assert complaints == []


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page, live_server, settings):
    settings.MAX_UPLOAD_BYTES = 2 * 1024 * 1024
    open_import_page(page, live_server)
    page.evaluate(DROP, ["id,text\n", 3 * 1024 * 1024])
    expect(page.get_by_text("This file is larger than 2 MB.")).to_be_visible()
    assert not ImportRun.objects.exists()
