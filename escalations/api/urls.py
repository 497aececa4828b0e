from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from escalations.api.views import Complaints, Fields

app_name = "api"
router = SimpleRouter()
router.register("complaints", Complaints, basename="complaint")
urlpatterns = [
    *router.urls,
    path("fields/", Fields.as_view(), name="fields"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
