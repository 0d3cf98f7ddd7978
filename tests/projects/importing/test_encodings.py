import pytest

from projects.importing.encodings import detect_encoding, known_encoding

FRENCH = "id,text\n1,Le café où tu étais, à midi\n2,Ça va très bien\n"
POLISH = "id,text\n1,Zażółć gęślą jaźń\n2,Dzień dobry państwu\n"
RUSSIAN = "id,text\n1,Привет мир как дела\n2,Добрый день это тест\n"
JAPANESE = "id,text\n1,こんにちは世界、今日は良い天気です\n2,テスト文章を書きます\n"
CHINESE = "id,text\n1,你好世界今天天气很好\n2,测试文本内容\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((FRENCH, name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1")),
        ("text\nIt’s a “quote” – yes\n", "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (CHINESE, "gb18030"),
        ("plain ascii", "ascii"),
    ],
)
def test_text_comes_back_as_it_was_written(text, encoding):
    content = text.encode(encoding)
    assert content.decode(detect_encoding(content)).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    "content",
    [
        b"id,text\n1,a\n2,bad \xff\xfe bytes\n3,c\n",
        "id,text\n1,é\n2,".encode() + b"\xe9\n",
        b"id,text\n1,cut\xc3\n2,ok\n",
        "é".encode()[:1],
        b"",
    ],
)
def test_a_few_wrong_bytes_do_not_make_a_file_something_else(content):
    assert detect_encoding(content) == "utf-8"


def test_names_of_encodings_are_checked():
    assert known_encoding("Latin1") == "iso8859-1"
    assert known_encoding("hex") is None
    assert known_encoding("no such thing") is None
    assert known_encoding("utf-8\0") is None
