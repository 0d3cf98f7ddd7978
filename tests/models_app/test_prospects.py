"""What more labels would give: forecast from the versions so far, and a hint when models no longer change."""

import pytest

from models_app.models import ModelVersion
from tests.factories import make_member
from tests.models_app.learning import label, make_learning_project, train
from tests.models_app.test_models_page import url, words

pytestmark = pytest.mark.django_db


def test_with_few_models_the_page_says_why_nothing_can_be_foretold(client):
    project, tasks = make_learning_project(150, n_holdout=60)
    label(tasks[:90])
    train(project)
    client.force_login(make_member(project, "manager").user)
    page = words(client.get(url(project)))
    assert "What 100 more labels would give is not defined, because the curve has 1 of the 4 points it needs." in page
    assert "Too early to tell: 3 rounds of training are compared." in page


def test_after_several_models_the_gain_of_more_labels_is_foretold_and_calm_is_noticed(client):
    project, tasks = make_learning_project(420, n_holdout=60)
    label(tasks[:60])
    for first, last in ((60, 84), (84, 110), (110, 160), (160, 220), (220, 300), (300, 380)):
        label(tasks[first:last])
        train(project)
    newest = ModelVersion.objects.of_question(project.pk, "topic")[0]
    found = newest.metrics["prospects"]
    assert found["forecast"]["low"] <= found["forecast"]["gain"] <= found["forecast"]["high"]
    assert found["agreement"] > 0.95
    client.force_login(make_member(project, "manager").user)
    page = words(client.get(url(project)))
    assert "more labels: +" in page
    assert "points" in page
    if found["stop"]["is_given"]:
        assert "This is a hint, no promise." in page
