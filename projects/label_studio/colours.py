"""CSS colours as the nearest of the palette's sixteen."""

import math
import re
from collections.abc import Sequence

# The palette's marks in the light theme, by number from 1.
_PALETTE = (
    *("da534f", "cc6526", "b37903", "97871d", "729513", "399d57", "0f9b89", "0897a9"),
    *("1c90cb", "4a81eb", "7872ee", "9d65dd", "bd57bc", "d35182", "885e41", "637482"),
)
_BROWN, _SLATE = 15, 16
# Below this chroma a colour is a grey; an orange below the second and below half of the light is a brown.
_GREY, _DULL = 0.025, 0.125

# The names of CSS Color Module Level 4.
_NAMES = """
aliceblue=f0f8ff antiquewhite=faebd7 aqua=00ffff aquamarine=7fffd4 azure=f0ffff beige=f5f5dc bisque=ffe4c4
black=000000 blanchedalmond=ffebcd blue=0000ff blueviolet=8a2be2 brown=a52a2a burlywood=deb887 cadetblue=5f9ea0
chartreuse=7fff00 chocolate=d2691e coral=ff7f50 cornflowerblue=6495ed cornsilk=fff8dc crimson=dc143c cyan=00ffff
darkblue=00008b darkcyan=008b8b darkgoldenrod=b8860b darkgray=a9a9a9 darkgrey=a9a9a9 darkgreen=006400
darkkhaki=bdb76b darkmagenta=8b008b darkolivegreen=556b2f darkorange=ff8c00 darkorchid=9932cc darkred=8b0000
darksalmon=e9967a darkseagreen=8fbc8f darkslateblue=483d8b darkslategray=2f4f4f darkslategrey=2f4f4f
darkturquoise=00ced1 darkviolet=9400d3 deeppink=ff1493 deepskyblue=00bfff dimgray=696969 dimgrey=696969
dodgerblue=1e90ff firebrick=b22222 floralwhite=fffaf0 forestgreen=228b22 fuchsia=ff00ff gainsboro=dcdcdc
ghostwhite=f8f8ff gold=ffd700 goldenrod=daa520 gray=808080 grey=808080 green=008000 greenyellow=adff2f
honeydew=f0fff0 hotpink=ff69b4 indianred=cd5c5c indigo=4b0082 ivory=fffff0 khaki=f0e68c lavender=e6e6fa
lavenderblush=fff0f5 lawngreen=7cfc00 lemonchiffon=fffacd lightblue=add8e6 lightcoral=f08080 lightcyan=e0ffff
lightgoldenrodyellow=fafad2 lightgreen=90ee90 lightgray=d3d3d3 lightgrey=d3d3d3 lightpink=ffb6c1
lightsalmon=ffa07a lightseagreen=20b2aa lightskyblue=87cefa lightslategray=778899 lightslategrey=778899
lightsteelblue=b0c4de lightyellow=ffffe0 lime=00ff00 limegreen=32cd32 linen=faf0e6 magenta=ff00ff maroon=800000
mediumaquamarine=66cdaa mediumblue=0000cd mediumorchid=ba55d3 mediumpurple=9370db mediumseagreen=3cb371
mediumslateblue=7b68ee mediumspringgreen=00fa9a mediumturquoise=48d1cc mediumvioletred=c71585
midnightblue=191970 mintcream=f5fffa mistyrose=ffe4e1 moccasin=ffe4b5 navajowhite=ffdead navy=000080
oldlace=fdf5e6 olive=808000 olivedrab=6b8e23 orange=ffa500 orangered=ff4500 orchid=da70d6 palegoldenrod=eee8aa
palegreen=98fb98 paleturquoise=afeeee palevioletred=db7093 papayawhip=ffefd5 peachpuff=ffdab9 peru=cd853f
pink=ffc0cb plum=dda0dd powderblue=b0e0e6 purple=800080 rebeccapurple=663399 red=ff0000 rosybrown=bc8f8f
royalblue=4169e1 saddlebrown=8b4513 salmon=fa8072 sandybrown=f4a460 seagreen=2e8b57 seashell=fff5ee
sienna=a0522d silver=c0c0c0 skyblue=87ceeb slateblue=6a5acd slategray=708090 slategrey=708090 snow=fffafa
springgreen=00ff7f steelblue=4682b4 tan=d2b48c teal=008080 thistle=d8bfd8 tomato=ff6347 turquoise=40e0d0
violet=ee82ee wheat=f5deb3 white=ffffff whitesmoke=f5f5f5 yellow=ffff00 yellowgreen=9acd32
"""
_NAMED = dict(pair.split("=") for pair in _NAMES.split())


def palette_colours(colours: Sequence[str]) -> list[int]:
    """For each CSS colour the nearest of the palette that no earlier one has; 0 for what is no colour.

    With more colours than the palette has, some share.

    >>> palette_colours(["#ff0000", "red", "rgb(0, 128, 0)", "grey", "?"])
    [1, 2, 6, 16, 0]
    """
    chosen: list[int] = []
    for colour in colours:
        ranked = _ranked(colour)
        free = [number for number in ranked if number not in chosen]
        chosen.append((free or ranked or [0])[0])
    return chosen


def next_colours(given: Sequence[int]) -> list[int]:
    """The colours with a free one for each 0, while there are any."""
    free = [number for number in _SPREAD if number not in given]
    return [number or (free.pop(0) if free else 0) for number in given]


# The palette in an order in which neighbours differ well.
_SPREAD = (10, 6, 3, 14, 8, 12, 2, 5, 1, 15, 9, 7, 13, 4, 11, 16)


def _ranked(colour: str) -> list[int]:
    """The palette's numbers, the nearest hue first; empty for what is no colour."""
    rgb = _rgb(colour)
    if rgb is None:
        return []
    light, a, b = _oklab(rgb)
    chroma, hue = math.hypot(a, b), math.atan2(b, a)
    by_hue = sorted(range(1, _BROWN), key=lambda number: abs(_turn(hue - _HUES[number])))
    if chroma < _GREY:
        return [_SLATE, *by_hue, _BROWN]
    is_brown = chroma < _DULL and light < 0.5 and by_hue[0] in {1, 2, 3}
    return [_BROWN, *by_hue, _SLATE] if is_brown else [*by_hue, _BROWN, _SLATE]


def _rgb(colour: str) -> tuple[float, float, float] | None:
    text = colour.strip().lower()
    digits = _NAMED.get(text, text).removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3,4}", digits):
        digits = "".join(digit * 2 for digit in digits[:3])
    if re.fullmatch(r"[0-9a-f]{6}([0-9a-f]{2})?", digits):
        return int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255
    numbers = re.fullmatch(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*([,/].*)?\)", text)
    if numbers is None:
        return None
    red, green, blue = (min(255, int(numbers[place])) / 255 for place in (1, 2, 3))
    return red, green, blue


def _oklab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """Lightness and the two colour axes of Oklab (Ottosson, 2020), in which equal steps look equal."""
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _turn(angle: float) -> float:
    """The same angle between minus and plus half a turn."""
    return (angle + math.pi) % (2 * math.pi) - math.pi


def _hue_of(digits: str) -> float:
    rgb = _rgb(digits)
    assert rgb is not None, "The palette holds colours."
    _, a, b = _oklab(rgb)
    return math.atan2(b, a)


_HUES = {number: _hue_of(digits) for number, digits in enumerate(_PALETTE, 1)}
