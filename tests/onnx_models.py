"""Tiny models of pictures in ONNX format, written by hand: one operation from ``image`` to ``features``.

The format is that of onnx.proto (https://github.com/onnx/onnx, protocol buffers, IR version 8).
"""

from collections.abc import Mapping, Sequence

_FLOAT = 1


def onnx_model(
    operation: str = "GlobalAveragePool",
    *,
    shape: Sequence[int | str] = ("n", 3, 16, 16),
    metadata: Mapping[str, str] | None = None,
    inputs: Sequence[str] = ("image",),
) -> bytes:
    node = b"".join(_text(1, name) for name in inputs) + _text(2, "features") + _text(4, operation)
    graph = _bytes(1, node) + _text(2, "tiny")
    graph += b"".join(_bytes(11, _value(name, shape)) for name in inputs)
    graph += _bytes(12, _text(1, "features") + _bytes(2, _bytes(1, _number(1, _FLOAT))))
    told = b"".join(_bytes(14, _text(1, key) + _text(2, value)) for key, value in (metadata or {}).items())
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 17)) + told


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    sides = b"".join(_bytes(1, _number(1, side) if isinstance(side, int) else _text(2, side)) for side in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, sides)))


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
