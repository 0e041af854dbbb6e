"""The library's addresses."""

from django.urls import path

from corpus import views

app_name = "corpus"
urlpatterns = [
    path("library/", views.LibraryPage.as_view(), name="library"),
    path("library/<slug:slug>/", views.CollectionPage.as_view(), name="collection"),
    path("documents/<int:pk>/", views.DocumentPage.as_view(), name="document"),
    path("sections/<int:pk>/", views.SectionPage.as_view(), name="section"),
]
