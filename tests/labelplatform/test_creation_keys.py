"""One effect per client-made key."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from labelplatform.events.creation_keys import create_once
from labelplatform.events.models import CreationKey
from labelplatform.refusals import Conflict, Refusal
from projects.models import Guideline
from tests.factories import make_guideline, make_project, make_user


def publish(project, number=1):
    return lambda: make_guideline(project, number=number)


@pytest.mark.django_db
def test_a_repeated_key_gives_back_what_the_first_call_made(project):
    user, key = make_user(), uuid.uuid4()
    first, is_new = create_once(user=user, key=key, scope="guideline", create=publish(project))
    again, is_new_again = create_once(user=user, key=key, scope="guideline", create=publish(project, 2))
    assert (is_new, is_new_again, again) == (True, False, first)
    assert Guideline.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_every_call_creates(project):
    for number in (1, 2):
        create_once(user=make_user(), key=None, scope="guideline", create=publish(project, number))
    assert (Guideline.objects.count(), CreationKey.objects.count()) == (2, 0)


@pytest.mark.django_db
def test_a_key_means_one_thing_and_is_its_users_own(project):
    ben, eve, key = make_user(), make_user(), uuid.uuid4()
    create_once(user=ben, key=key, scope="guideline of project 1", create=publish(project))
    with pytest.raises(Conflict):
        create_once(user=ben, key=key, scope="guideline of project 2", create=publish(make_project()))
    _, is_new = create_once(user=eve, key=key, scope="guideline of project 1", create=publish(make_project()))
    assert is_new


@pytest.mark.django_db
def test_a_key_whose_object_is_gone_says_so(project):
    user, key = make_user(), uuid.uuid4()
    create_once(user=user, key=key, scope="guideline", create=publish(project))[0].delete()
    with pytest.raises(Conflict, match="gone"):
        create_once(user=user, key=key, scope="guideline", create=publish(project))


@pytest.mark.django_db
def test_a_refused_creation_leaves_its_key_unused(project):
    user, key = make_user(), uuid.uuid4()

    def refuse():
        raise Refusal("Not today.")

    with pytest.raises(Refusal):
        create_once(user=user, key=key, scope="guideline", create=refuse)
    assert create_once(user=user, key=key, scope="guideline", create=publish(project))[1]


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_make_one_thing():
    project, user, key = make_project(), make_user(), uuid.uuid4()
    together = threading.Barrier(4)

    def call(number):
        together.wait(30)
        try:
            return create_once(user=user, key=key, scope="guideline", create=publish(project, number))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(call, range(1, 5)))
    assert sorted(is_new for _, is_new in results) == [False, False, False, True]
    assert len({made.pk for made, _ in results}) == 1
    assert Guideline.objects.count() == 1
