"""What a server that speaks Label Studio's protocol is told of a schema and a task."""

from projects.label_studio.speaking import answers_in, as_configuration, as_results, as_task_data
from projects.schema import parse_schema

PAGE = "<h2>Offer</h2><script>x()</script><p>To <b>Acme</b> &amp; 👩‍👩‍👧"


def schema_of(*questions):
    fields = [{"name": "page", "kind": "rich_text"}, {"name": "aside", "kind": "rich_text"}]
    return parse_schema({"fields": fields, "questions": list(questions)})


def test_of_a_document_in_which_places_are_marked_the_text_is_sent_that_its_answers_count():
    schema = schema_of({"name": "names", "kind": "spans", "on": "page", "options": ["org"]})
    data = {"page": PAGE, "aside": "<p>b</p>"}
    assert as_task_data(schema, data) == {"page": "Offer\nTo Acme & 👩‍👩‍👧", "aside": "<p>b</p>"}
    assert '<Text name="page" value="$page" /><HyperText name="aside"' in as_configuration(schema)
    span = {"id": "s1", "parts": [{"start": 9, "end": 13, "text": "Acme"}], "label": "org"}
    results = as_results(schema, schema.validate_answers({"names": [span]}, data))
    answered = answers_in(schema, results, data)
    assert schema.validate_answers(answered, data)["names"][0]["parts"] == span["parts"]


def test_of_a_document_that_is_only_read_the_html_is_sent():
    schema = schema_of({"name": "fine", "kind": "choice", "options": ["yes", "no"]})
    assert as_task_data(schema, {"page": PAGE}) == {"page": PAGE}
    assert '<HyperText name="page"' in as_configuration(schema)
