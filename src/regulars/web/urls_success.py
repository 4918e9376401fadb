"""Addresses of success plans: outcomes, steps, promises, wishes, templates."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from regulars.web.pages.customer import success_steps as steps
from regulars.web.pages.customer import success_view as outcomes

urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/<str:ref>/outcomes", outcomes.add_outcome, name="outcome_add"),
    path(
        "customers/<str:ref>/outcomes/from-template", steps.start_from_template, name="outcome_from_template"
    ),
    path("customers/<str:ref>/milestones", steps.add_milestone, name="milestone_add"),
    path("customers/<str:ref>/promises", steps.add_promise, name="promise_add"),
    path("customers/<str:ref>/wishes", steps.add_wish, name="wish_add"),
    path("outcomes/<str:ref>/change", outcomes.change_outcome, name="outcome_change"),
    path("outcomes/<str:ref>/agree", outcomes.agree_outcome, name="outcome_agree"),
    path("outcomes/<str:ref>/unagree", outcomes.unagree_outcome, name="outcome_unagree"),
    path("outcomes/<str:ref>/drop", outcomes.drop_outcome, name="outcome_drop"),
    path("outcomes/<str:ref>/take-up", outcomes.take_up_outcome, name="outcome_take_up"),
    path("outcomes/<str:ref>/remove", outcomes.remove_outcome, name="outcome_remove"),
    path("outcomes/<str:ref>/measure", outcomes.measure_outcome, name="outcome_measure"),
    path("outcomes/<str:ref>/say", outcomes.say_of_outcome, name="outcome_say"),
    path("outcomes/<str:ref>/seen", outcomes.see_outcome, name="outcome_seen"),
    path("outcomes/<str:ref>/template", steps.keep_template, name="template_keep"),
    path("edits/<str:ref>/undo", outcomes.undo_edit, name="edit_undo"),
    path("edits/<str:ref>/settle", outcomes.settle_edit, name="edit_settle"),
    path("readings/<str:ref>/withdraw", outcomes.withdraw_reading, name="reading_withdraw"),
    path("confirmations/<str:ref>/withdraw", outcomes.withdraw_confirmation, name="confirmation_withdraw"),
    path("milestones/<str:ref>/reached", steps.reach_milestone, name="milestone_reached"),
    path("milestones/<str:ref>/open", steps.open_milestone, name="milestone_open"),
    path("milestones/<str:ref>/drop", steps.drop_milestone, name="milestone_drop"),
    path("promises/<str:ref>/kept", steps.keep_promise, name="promise_kept"),
    path("promises/<str:ref>/missed", steps.miss_promise, name="promise_missed"),
    path("promises/<str:ref>/open", steps.open_promise, name="promise_open"),
    path("promises/<str:ref>/drop", steps.drop_promise, name="promise_drop"),
    path("wishes/<str:ref>/judge", steps.judge_wish, name="wish_judge"),
    path("wishes/<str:ref>/end", steps.end_wish, name="wish_end"),
    path("wishes/<str:ref>/resume", steps.resume_wish, name="wish_resume"),
    path("success-templates", steps.templates_page, name="success_templates"),
    path("success-templates/make", steps.make_templates, name="templates_make"),
    path("success-templates/<str:ref>/drop", steps.drop_template, name="template_drop"),
]
