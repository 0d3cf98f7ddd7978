from django.urls import path

from annotations.views import data, exports, gold, quiz, quiz_setup, task_story
from annotations.views.label import label
from annotations.views.review import review

app_name = "annotations"

urlpatterns = [
    path("projects/<slug:slug>/label/", label, name="label"),
    path("projects/<slug:slug>/review/", review, name="review"),
    path("projects/<slug:slug>/quiz/", quiz.quiz, name="quiz"),
    path("projects/<slug:slug>/quiz/start/", quiz.quiz_start, name="quiz-start"),
    path("projects/<slug:slug>/guideline/quiz/", quiz_setup.quiz_setup, name="quiz-setup"),
    path("projects/<slug:slug>/guideline/quiz/people/<int:member_id>/", quiz_setup.quiz_member, name="quiz-member"),
    path("projects/<slug:slug>/exports/", exports.export_list, name="export-list"),
    path("projects/<slug:slug>/exports/<int:export_id>/file/", exports.export_file, name="export-file"),
    path("projects/<slug:slug>/data/", data.task_list, name="task-list"),
    path("projects/<slug:slug>/data/<int:task_id>/", task_story.task_story, name="task-story"),
    path("projects/<slug:slug>/data/<int:task_id>/comments/", task_story.comment_add, name="comment-add"),
    path(
        "projects/<slug:slug>/data/<int:task_id>/comments/<int:comment_id>/",
        task_story.comment_settle,
        name="comment-settle",
    ),
    path("projects/<slug:slug>/data/<int:task_id>/talk/", task_story.task_talk, name="task-talk"),
    path("projects/<slug:slug>/data/<int:task_id>/gold/", gold.task_gold, name="task-gold"),
    path("projects/<slug:slug>/data/<int:task_id>/exclude/", task_story.task_exclude, name="task-exclude"),
    path("projects/<slug:slug>/data/<int:task_id>/reopen/", task_story.task_reopen, name="task-reopen"),
    path(
        "projects/<slug:slug>/data/<int:task_id>/answers/<int:annotation_id>/",
        task_story.annotation_retract,
        name="annotation-retract",
    ),
]
