"""The two registries of the schema: field kinds (what is shown) and question kinds (what is asked).

A kind is one class in one module, under ``projects.schema.fields.field.Field`` or
``projects.schema.questions.question.Question``; to add one means to add its file and one line here.
"""

from labelplatform.registry import Registry

field_kinds = Registry("field kind")
field_kinds.register("text", "projects.schema.fields.text.TextField")
field_kinds.register("rich_text", "projects.schema.fields.rich_text.RichTextField")
field_kinds.register("dialogue", "projects.schema.fields.dialogue.DialogueField")
field_kinds.register("record", "projects.schema.fields.record.RecordField")
field_kinds.register("candidates", "projects.schema.fields.candidates.CandidatesField")
field_kinds.register("pdf", "projects.schema.fields.pdf.PdfField")
field_kinds.register("image", "projects.schema.fields.image.ImageField")
field_kinds.register("audio", "projects.schema.fields.audio.AudioField")

question_kinds = Registry("question kind")
question_kinds.register("choice", "projects.schema.questions.choice.ChoiceQuestion")
question_kinds.register("choices", "projects.schema.questions.choices.ChoicesQuestion")
question_kinds.register("taxonomy", "projects.schema.questions.taxonomy.TaxonomyQuestion")
question_kinds.register("rating", "projects.schema.questions.rating.RatingQuestion")
question_kinds.register("number", "projects.schema.questions.number.NumberQuestion")
question_kinds.register("date", "projects.schema.questions.date.DateQuestion")
question_kinds.register("text", "projects.schema.questions.free_text.TextQuestion")
question_kinds.register("spans", "projects.schema.questions.spans.SpansQuestion")
question_kinds.register("relations", "projects.schema.questions.relations.RelationsQuestion")
question_kinds.register("chains", "projects.schema.questions.chains.ChainsQuestion")
question_kinds.register("boxes", "projects.schema.questions.boxes.BoxesQuestion")
question_kinds.register("segments", "projects.schema.questions.segments.SegmentsQuestion")
question_kinds.register("ranking", "projects.schema.questions.ranking.RankingQuestion")
question_kinds.register("preference", "projects.schema.questions.preference.PreferenceQuestion")
