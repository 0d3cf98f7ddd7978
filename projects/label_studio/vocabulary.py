"""Tags and attributes that a schema has no place for, and why."""

# Tags that only hold others.
CONTAINERS = frozenset({"view", "collapse", "panel"})

# What only says how something looks, or words that the platform says in its own way.
_LOOKS = "says how it looks there; here that is not part of a schema"
LOOKS = frozenset(
    {
        *(
            "style",
            "classname",
            "display",
            "layout",
            "showinline",
            "size",
            "icon",
            "opacity",
            "fillcolor",
            "fillopacity",
        ),
        *("strokewidth", "strokecolor", "selectedcolor", "aliasstyle", "showalias", "html", "color", "inline"),
        *("selectionstyle", "leftclass", "rightclass", "highlightcolor", "showlabels", "showfullpath", "pathseparator"),
        *("zoom", "zoomby", "zoomcontrol", "negativezoom", "defaultzoom", "rotatecontrol", "brightnesscontrol", "grid"),
        *("contrastcontrol", "gammacontrol", "gridsize", "gridcolor", "horizontalalignment", "verticalalignment"),
        *("smoothing", "crossorigin", "width", "height"),
        *("defaultspeed", "defaultscale", "defaultzoom", "defaultvolume", "speed", "volume", "waveheight"),
        *("cursorwidth", "cursorcolor", "spectrogram", "decoder", "player"),
        *("minwidth", "maxwidth", "dropdownwidth", "underline", "idattr", "open", "bordered", "accordion", "title"),
        *("requiredmessage", "showsubmitbutton", "displaymode", "contextscroll", "clickablelinks", "hidden", "legacy"),
    }
)

_SUBMITS = "people cannot be held to it here"
WHY_NOT = {
    "selected": "nothing is chosen beforehand here, so that it sways nobody",
    "defaultvalue": "nothing is answered beforehand here, so that it sways nobody",
    "maxusages": f"how often something may be used is not limited here: {_SUBMITS}",
    "apiurl": "options are not fetched from elsewhere: bring them into the schema",
    "labeling": "a tree cannot be a label of spans here; the tree is asked about the whole task",
    "peritem": "it is asked about the whole task",
    "perregion": "it is asked about the whole task",
    "encoding": "texts are UTF-8 here",
    "savetextresult": "spans always keep the text they stand on here",
    "selectionenabled": "whether one can mark depends on the questions here",
    "sync": "nothing is played along here",
    "audiourl": "audio is not shown beside a conversation here",
    "showplayer": "audio is not shown beside a conversation here",
    "skipduplicates": "there is one text for each question here",
    "editable": "an answer can always be changed here",
    "transcription": "a question about each segment is answered where its segment is listed",
    "splitchannels": "all channels are played and shown together here",
    "background": "the options of a tree have no colours here",
    "category": "exports number labels by their order in the schema",
    "format": "dates are ISO 8601 here",
    "hotkey": "it gets its keys from the workbench",
    "whenrole": "which turns a question is about is set with “per turn” and speakers",
}

_MARKS, _FILM = "marks in images", "video"
_MEDIA = {
    _MARKS: (
        *("polygon", "polygonlabels", "ellipse", "ellipselabels", "keypoint"),
        *("keypointlabels", "brush", "brushlabels", "bitmask", "bitmasklabels", "vector", "vectorlabels", "magicwand"),
    ),
    _FILM: ("video", "videorectangle", "timelinelabels"),
    "time series": ("timeseries", "timeserieslabels", "channel", "multichannel"),
    "labels drawn on PDF pages": ("ocrlabels",),
}
MEDIA_TAGS = {tag: medium for medium, tags in _MEDIA.items() for tag in tags}

WHY_NOT_TAG = {
    "style": "how things look is not part of a schema",
    "repeater": "parts for each element of a list cannot be made; a dialogue or a list of candidates may do instead",
    "filter": "the workbench finds options by itself",
    "shortcut": "there are no ready-made words for a text answer",
    "branch": "how work goes on is not part of a schema",
    "reactcode": "code of one's own does not run here",
    "markdown": "words for people belong into the guideline",
}


def why_no_attribute(name: str) -> str:
    """Why an attribute was left out, to be put behind its name."""
    if name in LOOKS:
        return _LOOKS
    return WHY_NOT.get(name, "is not known here")


def why_no_tag(name: str) -> str:
    """Why a tag was left out, as a sentence."""
    if name in MEDIA_TAGS:
        return f"Left out: {MEDIA_TAGS[name]} cannot be taken over from a configuration."
    if name in WHY_NOT_TAG:
        return f"Left out: {WHY_NOT_TAG[name]}."
    return "Left out: there is nothing of this kind here."
