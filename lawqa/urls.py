"""Every address of the project."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from lawqa import asking, audit_pages, changed, exporting, history, verifying, views
from lawqa.operations import views as operations

handler400 = "lawqa.views.bad_request"
handler500 = "lawqa.trouble.server_error"

# The administration has no sign-in of its own, which would know neither limits nor a second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it

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
    path("verify/", verifying.VerifyPage.as_view(), name="verify"),
    path("citations/<int:pk>/", views.CitationPage.as_view(), name="citation"),
    path("audit/", audit_pages.LogPage.as_view(), name="audit_log"),
    path("audit/export", audit_pages.LogExport.as_view(), name="audit_export"),
    path("", include("corpus.urls")),
    path("", include("api.urls")),
    path("", include("api.webhooks.urls")),
    path("", include("people.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", operations.Ready.as_view(), name="readyz"),
    path("metrics", operations.Metrics.as_view(), name="metrics"),
    path("operations/", operations.OperationsPage.as_view(), name="operations"),
    # No row has a page elsewhere. Django's view for such pages answers 500 where a key is of another form than the row's.
    re_path("^admin/r/", views.nowhere),
    path("admin/", admin.site.urls),
]
