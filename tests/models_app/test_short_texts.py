"""Projects of short texts are read with runs of letters, for good; others are not."""

import pytest

from models_app.encoded.encoding import current_vocabulary, load_vocabulary
from models_app.encoded.encoding_files import has_grams
from models_app.encoded.inputs import TaskInputs
from models_app.models import EncodingShard
from models_app.prelabeling import predictions_for
from models_app.versions import storage
from projects.models import Lane
from tests.factories import make_project, make_tasks
from tests.models_app.learning import conclude, encode, texts, train

pytestmark = pytest.mark.django_db


def reads_letters(project):
    shards = EncodingShard.objects.filter(project=project)
    of_shards = {has_grams(storage.path_of(project.pk, shard.file_name)) for shard in shards}
    vocabulary = load_vocabulary(project.pk, current_vocabulary(project.pk, "text").file_name)
    assert of_shards == {vocabulary.has_grams}
    return vocabulary.has_grams


def test_the_middle_length_of_the_first_texts_decides():
    short, long = make_project(), make_project()
    make_tasks(short, texts=["my balance", "block my card now", "x" * 500])
    make_tasks(long, texts=["my balance", *texts(5)])
    for project in (short, long):
        encode(project)
    assert (reads_letters(short), reads_letters(long)) == (True, False)


def test_what_comes_later_is_read_as_the_first_was():
    project = make_project()
    make_tasks(project, texts=["my balance", "block my card now"])
    encode(project)
    make_tasks(project, texts=texts(400))
    encode(project)
    assert reads_letters(project)


def test_a_word_written_wrongly_is_still_understood_and_named_as_a_reason():
    project = make_project()
    sports, music = ["the final match", "a match today"], ["the new concert", "a concert today"]
    tasks = make_tasks(project, texts=[f"{text} {n}" for n in range(15) for text in (*sports, *music)], lane=Lane.BASE)
    wrong = make_tasks(project, texts=["mattch", "conccert"], lane=Lane.BASE)
    encode(project)
    for task in tasks[:40]:
        conclude(task, "topic", "sports" if "match" in task.content.data["text"] else "music")
    train(project)
    found = predictions_for(project.pk, [(task.pk, task.content.data, Lane.BASE) for task in wrong])
    assert [found[task.pk]["topic"]["value"] for task in wrong] == ["sports", "music"]
    assert [found[task.pk]["topic"]["words"] for task in wrong] == [["mattch"], ["conccert"]]


def test_a_text_by_itself_becomes_the_row_that_it_has_in_the_pool():
    project = make_project()
    make_tasks(project, texts=["my balance", "block my card now", "my card"])
    encode(project)
    inputs = TaskInputs(
        project.pk, project.schema.fields_by_name["text"], current_vocabulary(project.pk, "text").file_name
    )
    row = inputs.encode(["block my card now"])
    assert abs(row.sparse - inputs.pool.parts[0].rows.sparse[1]).max() < 1e-6
