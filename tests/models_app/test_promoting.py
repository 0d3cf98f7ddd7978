import pytest

from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from labelplatform.refusals import Conflict
from models_app.models import ModelState, ModelVersion
from models_app.prelabeling import predictions_for
from models_app.versions.promoting import promote_model
from models_app.versions.retention import KEPT_ARTIFACTS, KEPT_PREDICTIONS, retire_old_files
from projects.models import Project, SchemaVersion, Task
from tests.factories import make_user
from tests.models_app.learning import label, make_learning_project, run_jobs, train

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_versions() -> tuple[Project, list[Task]]:
    project, tasks = make_learning_project(90)
    for end in (24, 48):
        label(tasks[end - 24 : end])
        train(project)
    return project, tasks


def version(project: Project, number: int) -> ModelVersion:
    return ModelVersion.objects.get(project=project, number=number)


def test_one_click_rolls_back_and_the_pool_follows(two_versions: tuple[Project, list[Task]]) -> None:
    project, tasks = two_versions
    ada = make_user("ada")
    promote_model(version(project, 1), ada)
    assert version(project, 1).state == ModelState.ACTIVE
    assert version(project, 2).state == ModelState.RETIRED
    assert version(project, 1).promoted_by == ada
    assert version(project, 1).reason == "Put to work by ada in place of topic@2."
    run_jobs()
    found = predictions_for(project.pk, [(tasks[60].pk, tasks[60].content.data, "base")])
    assert found[tasks[60].pk]["topic"]["source"] == "builtin/topic@1"
    event = Event.objects.get(verb="promoted")
    assert (event.before, event.after) == ({"model": "topic@2"}, {"model": "topic@1"})


def test_predictions_that_were_cleaned_up_come_back(two_versions: tuple[Project, list[Task]]) -> None:
    project, tasks = two_versions
    ModelVersion.objects.filter(project=project, number=1).update(predictions_file="", words_file="", n_predicted=0)
    promote_model(version(project, 1), make_user())
    run_jobs()
    assert version(project, 1).n_predicted == len(tasks)
    assert version(project, 1).words_file


def test_promoting_what_serves_already_changes_nothing(two_versions: tuple[Project, list[Task]]) -> None:
    project, _ = two_versions
    promote_model(version(project, 2), make_user())
    assert not Event.objects.filter(verb="promoted").exists()
    assert not Job.objects.filter(state="queued").exists()


def test_a_model_of_another_schema_is_refused(two_versions: tuple[Project, list[Task]]) -> None:
    project, _ = two_versions
    assert project.schema_version is not None
    project.schema_version = SchemaVersion.objects.create(
        project=project, number=2, definition=project.schema_version.definition
    )
    project.save()
    with pytest.raises(Conflict, match="schema has changed"):
        promote_model(version(project, 1), make_user())


def test_a_model_whose_file_is_gone_is_refused(two_versions: tuple[Project, list[Task]]) -> None:
    project, _ = two_versions
    ModelVersion.objects.filter(project=project, number=1).update(artifact_file="")
    with pytest.raises(Conflict, match="cleaned up"):
        promote_model(version(project, 1), make_user())


def test_old_versions_give_up_their_files_and_the_active_one_never(two_versions: tuple[Project, list[Task]]) -> None:
    project, _ = two_versions
    active = version(project, 2)
    fields = {
        field.attname: getattr(active, field.attname)
        for field in ModelVersion._meta.concrete_fields
        if field.attname not in {"id", "number", "state"}
    }
    for number in range(3, KEPT_ARTIFACTS + 10):
        ModelVersion.objects.create(**fields, number=number, state=ModelState.RETIRED)
    retire_old_files(project.pk, "topic")
    versions = ModelVersion.objects.of_question(project.pk, "topic")
    assert versions.exclude(artifact_file="").count() == KEPT_ARTIFACTS + 1
    assert versions.exclude(predictions_file="").count() == KEPT_PREDICTIONS + 1
    assert version(project, 2).artifact_file
    assert version(project, 2).predictions_file
