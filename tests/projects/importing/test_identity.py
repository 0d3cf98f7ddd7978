import pytest

from projects.importing.identity import content_of, id_from_content
from projects.importing.refusals import RowRefused


def test_the_same_content_has_the_same_id_in_whatever_order_it_comes():
    first, second = content_of({"text": "a"}, {"x": 1, "y": 2}), content_of({"text": "a"}, {"y": 2, "x": 1})
    assert id_from_content(first) == id_from_content(second)
    assert len(first.digest) == 32


def test_other_content_has_another_id():
    contents = [content_of({"text": "a"}, {}), content_of({"text": "b"}, {}), content_of({"text": "a"}, {"x": 1})]
    assert len({id_from_content(content) for content in contents}) == 3


@pytest.mark.parametrize("metadata", [{"x": "\ud800"}, {"x": [{"y": "\0"}]}, {"x\0": 1}])
def test_metadata_that_no_database_can_hold_rejects_the_row(metadata):
    with pytest.raises(RowRefused, match="^metadata: "):
        content_of({"text": "a"}, metadata)


def test_a_text_that_only_looks_like_a_nul_is_kept():
    assert content_of({"text": "a"}, {"x": "\\u0000"}).metadata == '{"x":"\\\\u0000"}'
