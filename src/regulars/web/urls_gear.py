"""Addresses of the gear, reports and sign-in pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from regulars.web.pages.privacy import view as privacy
from regulars.web.pages.reports import view as reports
from regulars.web.pages.settings import view as settings
from regulars.web.pages.sign_in import view as sign_in
from regulars.web.pages.team import view as team

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup", sign_in.setup_page, name="setup"),
    path("setup/save", sign_in.set_up, name="set_up"),
    path("setup/<str:token>", sign_in.setup_link, name="setup_link"),
    path("team", team.team_page, name="team"),
    path("team/add", team.add_member, name="team_add"),
    path("team/<slug:ref>/link", team.new_link, name="team_link"),
    path("team/<slug:ref>/role", team.change_member_role, name="team_role"),
    path("team/<slug:ref>/role/<slug:role>", team.change_member_role, name="team_role_to"),
    path("team/<slug:ref>/disable", team.disable_member, name="team_disable"),
    path("team/<slug:ref>/enable", team.enable_member, name="team_enable"),
    path("settings", settings.settings_page, name="settings"),
    path("settings/you", settings.you_page, name="you"),
    path("settings/<slug:section>", settings.change_settings, name="settings_section"),
    path("privacy", privacy.privacy_page, name="privacy"),
    path("privacy/<slug:ref>", privacy.field_page, name="privacy_field"),
    path("reports", reports.retention_page, name="reports"),
    path("reports/score", reports.score_page, name="reports_score"),
    path("reports/<slug:key>.csv", reports.report_file, name="reports_file"),
]
