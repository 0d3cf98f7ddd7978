"""What models are measured by: names and meanings of scores, as pages say them. No numpy here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScoreName:
    """``is_share``: in [0, 1] and better the higher; else in the unit of the answers, and better the lower."""

    title: str
    help: str
    is_share: bool = True


SCORES = {
    "accuracy": ScoreName(
        "Right", "Of tasks drawn at random and never trained on, how many it answers as people did. The honest figure."
    ),
    "part_accuracy": ScoreName(
        "Parts right",
        "Of the turns, candidates or columns of a holdout task, the share it answers as people did; each task counts "
        "the same. The honest figure.",
    ),
    "macro_f1": ScoreName(
        "Macro F1", "Precision and recall in one number, every option counting the same, however rare."
    ),
    "micro_f1": ScoreName("Micro F1", "Precision and recall in one number over all options of all tasks together."),
    "span_f1": ScoreName(
        "Span F1", "Precision and recall of spans; one is right when both its ends and its label are."
    ),
    "naming_accuracy": ScoreName(
        "Named right",
        "Of the boxes or segments that people marked in holdout tasks, how many it gives the same label. Where there "
        "are any it does not say. The interval counts those of one task as alike as they are.",
    ),
    "region_f1": ScoreName(
        "Region F1",
        "Precision and recall of boxes or segments; one is right when its label is and it overlaps people's by half.",
    ),
    "relation_f1": ScoreName(
        "Relation F1", "Precision and recall of relations; one is right when both ends and label are."
    ),
    "link_f1": ScoreName(
        "Link F1", "Precision and recall of the links between neighbouring spans of a chain, over all tasks together."
    ),
    "b_cubed": ScoreName(
        "B³ F1", "For each span, how much of its chain is right; a span in no chain counts as a chain of its own."
    ),
    "agreement": ScoreName(
        "Agreement with people", "How near its answers come to people's, as agreement between two people is measured."
    ),
    "exact": ScoreName("Exactly as people", "How many of its answers are the same as people's to the last detail."),
    "within_one": ScoreName("At most one step off", "How many of its ratings are the same as people's or next to it."),
    "written": ScoreName(
        "Written in the task", "How many of the dates that people gave stand in the task: a model can find no others."
    ),
    "coverage": ScoreName(
        "Within its interval", "How often people's number lies in the interval the model names; 90 % is promised."
    ),
    "mean_error": ScoreName("Mean error", "How far its numbers are from people's on average.", is_share=False),
}


def score_name(name: str) -> ScoreName:
    return SCORES.get(name) or ScoreName(name.replace("_", " ").capitalize(), "")
