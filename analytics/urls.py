from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [
    path("trends/", views.page, name="trends"),
    path("trends/complaints.csv", views.download, {"form": "csv"}, name="trends_csv"),
    path("trends/complaints.xlsx", views.download, {"form": "xlsx"}, name="trends_xlsx"),
]
