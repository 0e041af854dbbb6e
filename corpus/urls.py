"""The library's addresses."""

from django.urls import path

from corpus import adding, adding_jobs, matters, viewer, views

app_name = "corpus"
urlpatterns = [
    path("library/", views.LibraryPage.as_view(), name="library"),
    path("library/add/", adding.AddPage.as_view(), name="add"),
    path("library/add/files", adding.AddFile.as_view(), name="add_file"),
    path("library/batches/<uuid:pk>/", adding.BatchPage.as_view(), name="batch"),
    path("library/batches/<uuid:pk>/body", adding.BatchBody.as_view(), name="batch_body"),
    path("library/jobs/", adding.JobsPage.as_view(), name="jobs"),
    path("library/jobs/body", adding.JobsBody.as_view(), name="jobs_body"),
    path("library/jobs/<uuid:pk>/", adding_jobs.JobPage.as_view(), name="job"),
    path("library/jobs/<uuid:pk>/body", adding_jobs.JobBody.as_view(), name="job_body"),
    path("library/jobs/<uuid:pk>/file", adding_jobs.JobFile.as_view(), name="job_file"),
    path("library/jobs/<uuid:pk>/cancel", adding_jobs.CancelJob.as_view(), name="cancel"),
    path("library/jobs/<uuid:pk>/retry", adding_jobs.RetryJob.as_view(), name="retry"),
    path("library/jobs/<uuid:pk>/remove", adding_jobs.RemoveJob.as_view(), name="remove"),
    path("library/jobs/<uuid:pk>/forget", adding_jobs.ForgetJob.as_view(), name="forget"),
    path("library/<slug:slug>/", views.CollectionPage.as_view(), name="collection"),
    path("matters/", matters.MattersPage.as_view(), name="matters"),
    path("matters/<slug:slug>/", matters.MatterPage.as_view(), name="matter"),
    path("matters/<slug:slug>/members/<int:pk>", matters.MemberRights.as_view(), name="member"),
    path("matters/<slug:slug>/leave", matters.LeaveMatter.as_view(), name="leave_matter"),
    path("matters/<slug:slug>/close", matters.CloseMatter.as_view(), name="close_matter"),
    path("documents/<int:pk>/", views.DocumentPage.as_view(), name="document"),
    path("sections/<int:pk>/", views.SectionPage.as_view(), name="section"),
    path("sections/<int:pk>/compare/<int:other>/", views.ComparisonPage.as_view(), name="comparison"),
    path("sections/<int:pk>/original", viewer.OriginalPage.as_view(), name="original"),
    path("sections/<int:pk>/places", viewer.OriginalPlaces.as_view(), name="places"),
    path("editions/<int:pk>/file", viewer.EditionFile.as_view(), name="edition_file"),
]
