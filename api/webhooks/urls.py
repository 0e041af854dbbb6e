"""The webhooks' addresses."""

from django.urls import path

from api.webhooks import pages

urlpatterns = [
    path("webhooks/", pages.WebhooksPage.as_view(), name="webhooks"),
    path("webhooks/<uuid:pk>/rotate", pages.RotateSecret.as_view(), name="webhook_rotate"),
    path("webhooks/<uuid:pk>/on", pages.SwitchOn.as_view(), name="webhook_on"),
    path("webhooks/<uuid:pk>/test", pages.TestEndpoint.as_view(), name="webhook_test"),
    path("webhooks/<uuid:pk>/remove", pages.RemoveEndpoint.as_view(), name="webhook_remove"),
    path("webhooks/messages/<uuid:pk>/again", pages.SendAgain.as_view(), name="webhook_again"),
]
