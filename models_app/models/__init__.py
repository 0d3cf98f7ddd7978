"""What machines have learned, from what, and what they asked for. The arrays themselves are files, see ``storage``."""

from models_app.models.encodings import EncoderChoice, EncodingShard, EncodingVocabulary, SemanticTable, TaskGrouping
from models_app.models.prelabels import AcceptanceRun, PrelabelPolicy
from models_app.models.sources import (
    CachedReply,
    Prediction,
    PredictionRejection,
    PredictionRun,
    PredictionSource,
    SourceKind,
    SourceState,
    SuggestionChoice,
)
from models_app.models.versions import ModelState, ModelVersion, SelectionRun

__all__ = [
    "AcceptanceRun",
    "CachedReply",
    "EncoderChoice",
    "EncodingShard",
    "EncodingVocabulary",
    "ModelState",
    "ModelVersion",
    "Prediction",
    "PredictionRejection",
    "PredictionRun",
    "PredictionSource",
    "PrelabelPolicy",
    "SelectionRun",
    "SemanticTable",
    "SourceKind",
    "SourceState",
    "SuggestionChoice",
    "TaskGrouping",
]
