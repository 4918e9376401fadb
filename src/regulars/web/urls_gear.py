"""Addresses of the gear, reports and sign-in pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from regulars.web.pages.data import view as data
from regulars.web.pages.imports import view as imports
from regulars.web.pages.privacy import view as privacy
from regulars.web.pages.reports import money
from regulars.web.pages.reports import view as reports
from regulars.web.pages.settings import view as settings
from regulars.web.pages.sign_in import view as sign_in
from regulars.web.pages.team import view as team

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup", sign_in.setup_page, name="setup"),
    path("setup/save", sign_in.set_up, name="set_up"),
    path("setup/<str:token>", sign_in.setup_link, name="setup_link"),
    path("data", data.data_page, name="data"),
    path("data/import", imports.new_import, name="import_new"),
    path("data/merges", data.merges_page, name="merges"),
    path("data/merges/<slug:ref>/one", data.accept_merge, name="merge_accept"),
    path("data/merges/<slug:ref>/two", data.refuse_merge, name="merge_refuse"),
    path("data/merges/<slug:ref>/again", data.propose_merge_again, name="merge_again"),
    path("data/merges/<slug:ref>/apart", data.undo_merge, name="merge_undo"),
    path("data/imports/<slug:ref>", imports.import_page, name="import"),
    path("data/imports/<slug:ref>/columns", imports.import_columns, name="import_columns"),
    path("data/imports/<slug:ref>/rejected.csv", imports.rejected_file, name="import_rejected"),
    path("data/imports/<slug:ref>/restart", imports.restart_import, name="import_restart"),
    path("data/imports/<slug:ref>/drop", imports.drop_import, name="import_drop"),
    path("data/imports/<slug:ref>/undo", imports.undo_import, name="import_undo"),
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
    path("reports/board", money.board_page, name="reports_board"),
    path("reports/revenue", money.revenue_page, name="reports_revenue"),
    path("reports/revenue/<slug:month>/<slug:name>", money.behind_page, name="reports_behind"),
    path("reports/score", reports.score_page, name="reports_score"),
    path("reports/<slug:key>.csv", reports.report_file, name="reports_file"),
]
