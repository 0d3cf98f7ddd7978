import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from labelplatform.page_refusals import PageRefusals
from labelplatform.refusals import Conflict
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_refusal_that_no_view_expected_is_a_page_that_says_why():
    request = RequestFactory().get("/projects/x/")
    request.user = make_user()
    middleware = PageRefusals(lambda request: HttpResponse())
    answer = middleware.process_exception(request, Conflict("Somebody else was faster."))
    assert answer is not None
    assert answer.status_code == 409
    assert "Somebody else was faster." in answer.content.decode()
    assert middleware.process_exception(request, ValueError("a bug")) is None


def test_it_is_in_force():
    assert "labelplatform.page_refusals.PageRefusals" in settings.MIDDLEWARE
