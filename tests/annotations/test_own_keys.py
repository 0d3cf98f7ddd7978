"""The keys that a person has chosen: kept on the server, theirs alone, never two things on one key."""

import pytest
from django.db import IntegrityError, transaction

from annotations.models import OwnKeys
from annotations.work.own_keys import is_key, own_keys
from projects.models import Membership
from tests.factories import make_member, make_project, make_user

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"name": "topic", "kind": "choice", "options": ["sports", "music"]},
    {
        "name": "names",
        "kind": "spans",
        "options": ["person", "place"],
        "questions": [{"name": "sure", "kind": "choice", "options": ["yes", "no"]}],
    },
]


@pytest.fixture
def member() -> Membership:
    schema = {"fields": [{"name": "text", "kind": "text"}], "questions": QUESTIONS}
    return make_member(make_project(schema=schema), "annotator", make_user("Ben"))


def put(api, member, **body):
    path = f"/api/v1/projects/{member.project.slug}/keys/"
    return api(member.user).put(path, body, content_type="application/json")


def paths(answer):
    assert answer.status_code == 422, answer.json()
    return {error["path"] for error in answer.json()["errors"]}


def test_keys_are_kept_per_person_and_those_of_actions_hold_in_every_project(api, member):
    chosen = {"actions": {"skip": "q"}, "options": {"topic": {"music": "m"}, "names.sure": {"no": "Shift+N"}}}
    assert put(api, member, **chosen).json() == chosen
    assert api(member.user).read(f"projects/{member.project.slug}/keys/").json() == chosen
    elsewhere = make_member(make_project("Others"), "annotator", member.user)
    assert own_keys(elsewhere) == {"actions": {"skip": "q"}, "options": {}}
    other = make_member(member.project, "annotator", make_user("Cem"))
    assert own_keys(other) == {"actions": {}, "options": {}}


def test_choosing_again_puts_the_new_keys_in_place_of_the_old_ones(api, member):
    put(api, member, actions={"skip": "q"}, options={"topic": {"music": "m"}})
    assert put(api, member).json() == {"actions": {}, "options": {}}
    assert OwnKeys.objects.count() == 2


def test_steps_of_ratings_rankings_and_preferences_have_keys_of_ones_own_too(api):
    questions = [
        {"name": "stars", "kind": "rating", "lowest": 0, "highest": 3},
        {"name": "order", "kind": "ranking"},
        {"name": "best", "kind": "preference", "steps": 1, "options": ["clear"]},
    ]
    schema = {"fields": [{"name": "outputs", "kind": "candidates"}], "questions": questions}
    member = make_member(make_project(schema=schema), "annotator", make_user("Ben"))
    chosen = {
        "stars": {"step:0": "q"},
        "order": {"step:1": "q", "step:10": "w"},
        "best": {"step:3": "q", "clear": "1", "step:1": "w"},
    }
    assert put(api, member, options=chosen).json()["options"] == chosen
    unknown = {"stars": {"step:4": "q"}, "order": {"step:11": "q"}, "best": {"step:4": "w"}}
    assert paths(put(api, member, options=unknown)) == {
        "options.stars.step:4",
        "options.order.step:11",
        "options.best.step:4",
    }
    assert paths(put(api, member, options={"best": {"step:1": "q", "clear": "q"}})) == {
        "options.best.step:1",
        "options.best.clear",
    }


def test_no_two_things_that_meet_have_one_key(api, member):
    assert paths(put(api, member, actions={"skip": "f"})) == {"actions.skip"}  # flag has it
    assert paths(put(api, member, actions={"skip": "q", "flag": "q"})) == {"actions.skip", "actions.flag"}
    assert paths(put(api, member, actions={"skip": "m"})) == {"actions.skip"}  # marking by keys, where there are spans
    assert paths(put(api, member, options={"topic": {"music": "s"}})) == {"options.topic.music"}
    assert paths(put(api, member, options={"topic": {"music": "q", "sports": "q"}})) == {
        "options.topic.music",
        "options.topic.sports",
    }
    assert put(api, member, actions={"skip": "f", "flag": "s"}).status_code == 200
    swapped = put(api, member, actions={"skip": "q"}, options={"topic": {"music": "s"}, "names": {"place": "s"}})
    assert swapped.status_code == 200, "questions do not meet each other"
    assert put(api, member, options={"topic": {"music": "z"}}).status_code == 200, "taking back yields to an option"
    assert put(api, member, options={"topic": {"music": "v"}}).status_code == 200, "nothing is covered here"


@pytest.mark.parametrize(
    "key", ["", "Q", "qq", "Tab", "Escape", "F5", "Shift+q", "Shift+", "Shift+1", "\x00", "\u200b", 7, None, ["q"]]
)
def test_what_is_no_key_is_refused(api, member, key):
    assert paths(put(api, member, actions={"skip": key})) == {"actions.skip"}
    assert paths(put(api, member, options={"topic": {"music": key}})) == {"options.topic.music"}


@pytest.mark.parametrize("key", ["q", "ä", "г", "я", ";", " ", "Enter", "Shift+Q", "Shift+Ä", "Shift+Home", "+", "€"])
def test_what_can_be_pressed_is_a_key(key):
    assert is_key(key)


def test_what_does_not_exist_has_no_key(api, member):
    assert paths(put(api, member, actions={"fly": "q"})) == {"actions.fly"}
    assert paths(put(api, member, actions={"close": "q"})) == {"actions.close"}, "esc stays what it is"
    assert paths(put(api, member, actions={"skip": "1"})) == {"actions.skip"}, "digits are kept for answers"
    assert paths(put(api, member, options={"topic": {"chess": "q"}})) == {"options.topic.chess"}
    assert paths(put(api, member, options={"tone": {"music": "q"}})) == {"options.tone.music"}
    assert put(api, member, actions=[]).status_code == 422
    assert put(api, member, options={"topic": "q"}).status_code == 422
    assert put(api, member, keys={}).status_code == 422


def test_keys_of_options_that_are_gone_are_not_told(member):
    keys = {"topic": {"chess": "q", "music": "m"}, "tone": {"calm": "k"}}
    OwnKeys.objects.create(user=member.user, project=member.project, keys=keys)
    OwnKeys.objects.create(user=member.user, project=None, keys={"skip": "q", "fly": "w"})
    assert own_keys(member) == {"actions": {"skip": "q"}, "options": {"topic": {"music": "m"}}}


def test_the_database_keeps_one_row_for_all_projects(member):
    OwnKeys.objects.create(user=member.user, project=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnKeys.objects.create(user=member.user, project=None)
