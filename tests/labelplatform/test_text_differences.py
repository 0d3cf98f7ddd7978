from labelplatform.text_differences import changed_lines, side_by_side


def test_only_what_changed_and_its_neighbours_are_shown():
    before = "\n".join(f"line {n}" for n in range(20))
    after = before.replace("line 10", "line ten")
    kinds = [(line.kind, line.text) for line in changed_lines(before, after)]
    assert kinds == [
        ("gap", ""),
        ("same", "line 9"),
        ("removed", "line 10"),
        ("added", "line ten"),
        ("same", "line 11"),
        ("gap", ""),
    ]


def test_equal_texts_have_no_differences():
    assert changed_lines("a\nb", "a\nb") == []
    assert side_by_side("a\nb", "a\nb") == []


def texts(line):
    return None if line is None else [("*" if piece.changed else "") + piece.text for piece in line]


def test_a_changed_line_stands_beside_what_it_was_with_its_words_marked():
    before = "one\nAnswer after ten seconds.\nthree"
    after = "one\nAnswer after twenty seconds.\nan addition\nthree"
    rows = [(row.kind, texts(row.before), texts(row.after)) for row in side_by_side(before, after)]
    assert rows == [
        ("same", ["one"], ["one"]),
        ("changed", ["Answer after ", "*ten", " seconds."], ["Answer after ", "*twenty", " seconds."]),
        ("added", None, ["*an addition"]),
        ("same", ["three"], ["three"]),
    ]


def test_lines_that_say_different_things_are_no_pair():
    rows = side_by_side("the cat sat", "42 % of invoices")
    assert [row.kind for row in rows] == ["added", "removed"]


def test_both_sides_together_are_the_two_texts():
    before = "# A\n\nold words here\n\ngone\n- x"
    after = "# A\n\nnew words here\n- x\n- y"
    rows = side_by_side(before, after, context=100)
    assert "\n".join("".join(p.text for p in row.before) for row in rows if row.before is not None) == before
    assert "\n".join("".join(p.text for p in row.after) for row in rows if row.after is not None) == after
