"""Sign in and out."""

from django.contrib.auth import views
from django.urls import path

from services.directory.access import access

urlpatterns = [
    path("login/", access("portal.use")(views.LoginView.as_view()), name="login"),
    path("logout/", access("portal.use")(views.LogoutView.as_view()), name="logout"),
]
