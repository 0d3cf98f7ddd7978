from tests.projects.importing.reading import outcomes, read_all


def test_a_line_is_a_task_with_its_spaces_and_empty_lines_are_none():
    rows = read_all("first\n\n  שלום 👩‍👩‍👧 \r\n \t\nlast".encode(), "text")
    assert outcomes(rows) == [(1, {"text": "first"}), (3, {"text": "  שלום 👩‍👩‍👧 "}), (5, {"text": "last"})]


def test_lines_that_are_no_text_are_rejected_alone():
    rows = outcomes(read_all(b"a\n\xffb\nc\x00\nd\n", "text"))
    assert [row[0] for row in rows if isinstance(row[1], str)] == [2, 3]
    assert rows[3] == (4, {"text": "d"})
