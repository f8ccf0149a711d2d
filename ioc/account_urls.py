"""Sign in and out."""

from django.contrib.auth import views
from django.urls import path

from services.directory.access import access

urlpatterns = [
    path("login/", access("accounts.use")(views.LoginView.as_view()), name="login"),
    path("logout/", access("accounts.use")(views.LogoutView.as_view()), name="logout"),
]
