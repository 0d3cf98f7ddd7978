import pytest

from annotations.work.suggestions import suggester_for
from labelplatform.events.models import Event
from labelplatform.refusals import Conflict, Refusal
from models_app.models import SuggestionChoice
from models_app.sources import suggesting
from models_app.sources.choosing import choose_source
from models_app.sources.creation import remove_source
from models_app.sources.suggesting import predictions_for
from projects.history.undoing import undo_event
from projects.models import Lane
from projects.queueing.queue import claim_next_task
from tests.factories import make_member, make_task, make_tasks, retire_option
from tests.models_app.learning import label, make_learning_project, train
from tests.models_app.sources.sources import said, send, source_of

pytestmark = pytest.mark.django_db


def asked(project, *tasks, lane=Lane.BASE):
    suggesting.forget()
    return predictions_for(project.pk, [(task.pk, task.content.data, lane) for task in tasks])


def test_a_source_suggests_once_it_was_chosen_and_only_then(ada):
    first, second = make_tasks(ada.project, 2)
    send(ada, said([first], "music", confidence=0.9))
    assert asked(ada.project, first, second) == {}
    choose_source(ada, "topic", source_of(ada.project))
    found = asked(ada.project, first, second)
    assert list(found) == [first.pk]
    assert found[first.pk]["topic"]["value"] == "music"
    assert found[first.pk]["topic"]["source"] == "import/gpt"
    assert found[first.pk]["topic"]["confidence"] == 0.9


@pytest.mark.parametrize("lane", [Lane.HOLDOUT, Lane.GOLD])
def test_predictions_for_tasks_that_measure_are_kept_and_shown_to_nobody(ada, lane):
    task = make_task(ada.project, lane=lane)
    run = send(ada, said([task]))
    assert run.stored_count == 1
    choose_source(ada, "topic", source_of(ada.project))
    assert asked(ada.project, task, lane=lane) == {}


def test_a_person_who_labels_sees_what_the_chosen_source_says(ada, ben):
    task = make_task(ada.project)
    send(ada, said([task], "sports"))
    choose_source(ada, "topic", source_of(ada.project))
    claimed = claim_next_task(ben, holding=[], suggest=suggester_for(ada.project))
    assert claimed.suggestions["topic"]["value"] == "sports"


def test_an_answer_that_the_schema_does_not_take_any_more_is_not_shown(ada):
    task = make_task(ada.project)
    send(ada, said([task], "music"))
    choose_source(ada, "topic", source_of(ada.project))
    retire_option(ada.project, "music")
    assert asked(ada.project, task) == {}


def test_the_chosen_source_stands_in_for_the_projects_own_model():
    project, tasks = make_learning_project(60)
    ada = make_member(project, "admin")
    label(tasks[:30])
    train(project)
    send(ada, said([tasks[40]], "music"))
    choose_source(ada, "topic", source_of(project))
    found = asked(project, tasks[40], tasks[41])
    assert found[tasks[40].pk]["topic"]["source"] == "import/gpt"
    assert tasks[41].pk not in found, "Who was chosen has said nothing here."
    choose_source(ada, "topic", None)
    assert asked(project, tasks[41])[tasks[41].pk]["topic"]["source"].startswith("builtin/")


def test_only_a_project_that_has_chosen_pays_and_no_more_than_one_query(ada, eve, django_assert_num_queries):
    task, other = make_task(ada.project), make_task(eve.project)
    send(ada, said([task]))
    choose_source(ada, "topic", source_of(ada.project))
    for project, asked_task in ((eve.project, other), (ada.project, task)):
        predictions_for(project.pk, [(asked_task.pk, asked_task.content.data, Lane.BASE)])
    with django_assert_num_queries(1):
        predictions_for(ada.project.pk, [(task.pk, task.content.data, Lane.BASE)])
    with django_assert_num_queries(0):
        predictions_for(eve.project.pk, [(other.pk, other.content.data, Lane.BASE)])


def test_choosing_is_recorded_and_can_be_undone(ada):
    task = make_task(ada.project)
    send(ada, said([task]))
    choose_source(ada, "topic", source_of(ada.project))
    event = Event.objects.get(verb="chose who suggests")
    assert (event.before, event.after) == ({"source": "builtin"}, {"source": "gpt"})
    choose_source(ada, "topic", source_of(ada.project))
    assert Event.objects.filter(verb="chose who suggests").count() == 1
    undo_event(ada, event.pk)
    assert SuggestionChoice.objects.get().source is None
    with pytest.raises(Conflict):
        undo_event(ada, event.pk)


def test_a_source_without_predictions_for_the_question_cannot_be_chosen_nor_for_a_question_that_is_none(ada):
    send(ada, [{"external_id": "nobody", "value": "music"}])
    with pytest.raises(Conflict):
        choose_source(ada, "topic", source_of(ada.project))
    with pytest.raises(Refusal):
        choose_source(ada, "tone", None)


def test_a_removed_source_suggests_no_more(ada):
    task = make_task(ada.project)
    send(ada, said([task]))
    choose_source(ada, "topic", source_of(ada.project))
    remove_source(ada, source_of(ada.project))
    assert asked(ada.project, task) == {}
    assert SuggestionChoice.objects.get().source is None
