"""What learning can be made of: encoders, query strategies and models of questions, loaded in a worker on first use.

To add one means to add its module and one line here.
"""

from labelplatform.registry import Registry

encoders = Registry("encoder")
encoders.register("tfidf", "models_app.encoders.tfidf.Vocabulary")
encoders.register("semantic table", "models_app.encoders.static_table.StaticTable")

# kind of field that shows files -> what finds the encoder of its files; see models_app.encoded.media_rows
media_encoders = Registry("encoder of a field kind")
media_encoders.register("image", "models_app.encoded.site_pictures.picture_encoder")
media_encoders.register("audio", "models_app.encoders.sounds.sound_encoder")

# kind of field that shows files -> what makes rows of given regions of them; see models_app.encoded.region_rows
region_encoders = Registry("encoder of regions of a field kind")
region_encoders.register("image", "models_app.encoders.picture_regions.PictureRegions")
region_encoders.register("audio", "models_app.encoders.sound_ranges.SoundRanges")

strategies = Registry("query strategy")
strategies.register("kmeans_margin", "models_app.selection.kmeans_margin.KMeansMargin")
strategies.register("typical_first", "models_app.selection.typical_first.TypicalFirst")
strategies.register("margin", "models_app.selection.margin.Margin")
strategies.register("cluster_margin", "models_app.selection.cluster_margin.ClusterMargin")
strategies.register("least_confidence", "models_app.selection.least_confidence.LeastConfidence")
strategies.register("entropy", "models_app.selection.entropy.Entropy")
strategies.register("badge", "models_app.selection.badge.Badge")
strategies.register("committee", "models_app.selection.committee.Committee")
strategies.register("density", "models_app.selection.density.Density")
strategies.register("k_center", "models_app.selection.k_center.KCenter")
strategies.register("random", "models_app.selection.random_order.RandomOrder")

# kind of question -> the model that learns it; see models_app.learning
question_models = Registry("model of a question kind")
question_models.register("choice", "models_app.learning.choice.ChoiceModel")
question_models.register("choices", "models_app.learning.choices.ChoicesModel")
question_models.register("taxonomy", "models_app.learning.taxonomy.TaxonomyModel")
question_models.register("rating", "models_app.learning.rating.RatingModel")
question_models.register("number", "models_app.learning.number.NumberModel")
question_models.register("text", "models_app.learning.text.TextModel")
question_models.register("date", "models_app.learning.date.DateModel")
question_models.register("ranking", "models_app.learning.candidates.RankingModel")
question_models.register("preference", "models_app.learning.candidates.PreferenceModel")
question_models.register("spans", "models_app.learning.spans.SpansModel")
question_models.register("boxes", "models_app.learning.regions.RegionsModel")
question_models.register("segments", "models_app.learning.regions.RegionsModel")
question_models.register("repeated", "models_app.learning.repeated.RepeatedModel")
question_models.register("chains", "models_app.learning.chains.ChainsModel")
question_models.register("relations", "models_app.learning.relations.RelationsModel")

# kind of question -> how answers from elsewhere are measured, where agreement is not all there is to say
answer_evaluations = Registry("evaluation of answers")
answer_evaluations.register("other", "models_app.learning.answer_evaluation.evaluate_answers")
answer_evaluations.register("choice", "models_app.learning.answer_evaluation.evaluate_choices")
answer_evaluations.register("boxes", "models_app.learning.answer_evaluation.evaluate_regions")
answer_evaluations.register("segments", "models_app.learning.answer_evaluation.evaluate_regions")
answer_evaluations.register("spans", "models_app.learning.answer_evaluation.evaluate_spans")

# kind of source -> what asks it; see models_app.backends.backend
backends = Registry("kind of source that is asked")
backends.register("model_server", "models_app.backends.model_server.ModelServer")
backends.register("language_model", "models_app.backends.language_model.LanguageModel")
