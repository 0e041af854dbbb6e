"""The interface's addresses."""

from django.urls import path, re_path

from api import all_keys, chat, events, law, pages, questions, search, unknown, uploads, verify

app_name = "api"
urlpatterns = [
    path("keys/", pages.KeysPage.as_view(), name="keys"),
    path("keys/<slug:prefix>/rotate", pages.RotateKey.as_view(), name="rotate_key"),
    path("keys/<slug:prefix>/revoke", pages.RevokeKey.as_view(), name="revoke_key"),
    path("api/", pages.DescriptionPage.as_view(), name="description"),
    path("api/schema.yaml", pages.SchemaFile.as_view(), name="schema"),
    path("api/v1/collections/", law.Collections.as_view(), name="collections"),
    path("api/v1/documents/", law.Documents.as_view(), name="documents"),
    path("api/v1/documents/<int:pk>/", law.OneDocument.as_view(), name="document"),
    path("api/v1/documents/<int:pk>/sections/", law.DocumentSections.as_view(), name="document_sections"),
    path("api/v1/sections/", law.Sections.as_view(), name="sections"),
    path("api/v1/sections/<int:pk>/", law.OneSection.as_view(), name="section"),
    path("api/v1/search/", search.SearchLaw.as_view(), name="search"),
    path("api/v1/questions/", questions.Questions.as_view(), name="questions"),
    path("api/v1/questions/affected/", questions.AffectedQuestions.as_view(), name="affected"),
    path("api/v1/questions/<uuid:pk>/", questions.OneQuestion.as_view(), name="question"),
    path("api/v1/questions/<uuid:pk>/events/", events.QuestionEvents.as_view(), name="question_events"),
    path("api/v1/questions/<uuid:pk>/stop/", questions.StopQuestion.as_view(), name="stop_question"),
    path("api/v1/uploads/", uploads.Uploads.as_view(), name="uploads"),
    path("api/v1/uploads/<uuid:pk>/", uploads.OneUpload.as_view(), name="upload"),
    path("api/v1/verify/", verify.VerifyText.as_view(), name="verify"),
    path("api/v1/keys/", all_keys.Keys.as_view(), name="all_keys"),
    path("api/v1/keys/<slug:prefix>/", all_keys.OneKey.as_view(), name="one_key"),
    path("v1/chat/completions", chat.ChatCompletions.as_view(), name="chat"),
    path("v1/models", chat.Models.as_view(), name="models"),
    path("v1/models/<path:name>", chat.OneModel.as_view(), name="model"),
    re_path(r"^api/v1/", unknown.Unknown.as_view()),  # a line break in an address too
    re_path(r"^v1/", unknown.UnknownInProtocol.as_view()),
]
