"""Every address of the project."""

from django.contrib import admin
from django.urls import include, path

from lawqa import asking, changed, exporting, history, views

handler400 = "lawqa.views.bad_request"
handler500 = "lawqa.trouble.server_error"

urlpatterns = [
    path("", asking.AskPage.as_view(), name="ask"),
    path("answers/<uuid:pk>/", views.AnswerPage.as_view(), name="answer"),
    path("answers/<uuid:pk>/body", views.AnswerBody.as_view(), name="answer_body"),
    path("answers/<uuid:pk>/again", views.AnswerAgain.as_view(), name="answer_again"),
    path("answers/<uuid:pk>/stop", asking.StopQuestion.as_view(), name="stop"),
    path("answers/<uuid:pk>/events", views.AnswerEvents.as_view(), name="answer_events"),
    path("answers/<uuid:pk>.docx", exporting.AnswerWord.as_view(), name="answer_docx"),
    path("answers/<uuid:pk>/print", exporting.AnswerPrint.as_view(), name="answer_print"),
    path("answers/<uuid:pk>.json", exporting.AnswerJson.as_view(), name="answer_json"),
    path("answers/<uuid:pk>/record.json", exporting.AnswerRecord.as_view(), name="answer_record"),
    path("questions/", history.HistoryPage.as_view(), name="history"),
    path("questions/changed/", changed.ChangedPage.as_view(), name="changed"),
    path("questions/<uuid:pk>/remove", history.RemoveQuestion.as_view(), name="remove_question"),
    path("citations/<int:pk>/", views.CitationPage.as_view(), name="citation"),
    path("", include("corpus.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
