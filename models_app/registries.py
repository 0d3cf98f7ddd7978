"""What learning can be made of: encoders, learners and query strategies, by name, loaded in a worker on first use.

To add one means to add its module and one line here. ``question_learners`` says which kinds of question can be
learned, and how.
"""

from labelplatform.registry import Registry

encoders = Registry("encoder")
encoders.register("tfidf", "models_app.encoders.tfidf.Vocabulary")

learners = Registry("learner")
learners.register("logistic", "models_app.learners.logistic.LogisticLearner")

strategies = Registry("query strategy")
strategies.register("kmeans_margin", "models_app.selection.kmeans_margin.KMeansMargin")
strategies.register("margin", "models_app.selection.margin.Margin")
strategies.register("random", "models_app.selection.random_order.RandomOrder")

DEFAULT_ENCODER = "tfidf"
# kind of question -> function from such a question to a LearnableQuestion
question_learners = Registry("learner of a question kind")
question_learners.register("choice", "models_app.learnable.learnable_choice")
