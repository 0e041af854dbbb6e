"""The library's addresses."""

from django.urls import path

from corpus import viewer, views

app_name = "corpus"
urlpatterns = [
    path("library/", views.LibraryPage.as_view(), name="library"),
    path("library/<slug:slug>/", views.CollectionPage.as_view(), name="collection"),
    path("documents/<int:pk>/", views.DocumentPage.as_view(), name="document"),
    path("sections/<int:pk>/", views.SectionPage.as_view(), name="section"),
    path("sections/<int:pk>/original", viewer.OriginalPage.as_view(), name="original"),
    path("sections/<int:pk>/places", viewer.OriginalPlaces.as_view(), name="places"),
    path("editions/<int:pk>/file", viewer.EditionFile.as_view(), name="edition_file"),
]
