"""Records are learned from by their columns: what a number says is no word."""

import random

import pytest

from models_app.encoded.encoding import current_vocabulary
from models_app.encoded.encoding_files import read_as
from models_app.models import EncodingShard
from models_app.prelabeling import predictions_for
from models_app.versions import storage
from projects.models import Lane, SchemaVersion
from tests.factories import make_project, make_tasks
from tests.models_app.learning import conclude, encode, train

pytestmark = pytest.mark.django_db

COLUMNS = [
    {"name": "merchant", "title": "Merchant"},
    {"name": "amount", "title": "Amount", "type": "money"},
    {"name": "paid", "title": "Paid", "type": "flag"},
]
LIMIT = 100


def schema(columns=COLUMNS):
    field = {"name": "claim", "kind": "record", "columns": columns}
    return {"fields": [field], "questions": [{"name": "topic", "kind": "choice", "options": ["pass", "ask"]}]}


def claims(n):
    draw = random.Random(4)
    shops = ["Café Luna", "Rail", "Book shop", "Hotel Roma"]
    return [
        {"merchant": draw.choice(shops), "amount": round(draw.lognormvariate(4.5, 1.2), 2), "paid": draw.random() < 0.5}
        for _ in range(n)
    ]


def share_right(columns, n_labels=60):
    project = make_project(schema=schema(columns))
    tasks = make_tasks(project, data=[{"claim": claim} for claim in claims(260)], lane=Lane.BASE)
    encode(project)
    truth = {task.pk: "ask" if float(task.content.data["claim"]["amount"]) > LIMIT else "pass" for task in tasks}
    for task in tasks[:n_labels]:
        conclude(task, "topic", truth[task.pk])
    train(project)
    asked = [(task.pk, task.content.data, Lane.BASE) for task in tasks[n_labels:]]
    found = predictions_for(project.pk, asked)
    return sum(found[pk]["topic"]["value"] == truth[pk] for pk, _, _ in asked) / len(asked)


def test_a_limit_that_an_amount_must_pass_is_learned_from_sixty_labels_as_words_alone_never_are():
    assert share_right(COLUMNS) > 0.85
    as_words = [{**column, "type": "text"} for column in COLUMNS]
    assert share_right(as_words) < 0.7


def test_other_types_of_columns_are_read_anew():
    project = make_project(schema=schema())
    make_tasks(project, data=[{"claim": claim} for claim in claims(20)], lane=Lane.BASE)
    encode(project)
    shard = EncodingShard.objects.get(project=project)
    before = current_vocabulary(project.pk, "claim")
    changed = schema([{**COLUMNS[0]}, {**COLUMNS[1], "type": "number"}, COLUMNS[2]])
    project.schema_version = SchemaVersion.objects.create(project=project, number=2, definition=changed)
    project.save()
    encode(project)
    again = EncodingShard.objects.get(project=project)
    assert again.file_name != shard.file_name
    assert read_as(storage.path_of(project.pk, again.file_name)).columns["amount"] == "number"
    assert current_vocabulary(project.pk, "claim").number == before.number + 1
    encode(project)
    assert EncodingShard.objects.get(project=project).file_name == again.file_name


def test_a_record_without_columns_is_read_by_what_its_cells_look_like():
    project = make_project(schema={**schema(), "fields": [{"name": "claim", "kind": "record"}]})
    make_tasks(project, data=[{"claim": {"amount": "18.40", "shop": "Rail"}}], lane=Lane.BASE)
    encode(project)
    assert read_as(storage.path_of(project.pk, EncodingShard.objects.get().file_name)).columns == {}
