"""Addresses of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from regulars.web.choices import choose_theme, switch_keys
from regulars.web.pages.customer import view as customer
from regulars.web.pages.customers import adding, bulk
from regulars.web.pages.customers import view as customers
from regulars.web.pages.find.view import find_page
from regulars.web.pages.today import todos
from regulars.web.pages.today import view as today
from regulars.web.style import stylesheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("style-<slug:digest>.css", stylesheet, name="stylesheet"),
    path("", today.today_page, name="today"),
    path("find", find_page, name="find"),
    path("customers", customers.customers_page, name="customers"),
    path("customers.csv", customers.customers_csv, name="customers_csv"),
    path("customers/new", adding.add_page, name="customer_add"),
    path("customers/change", bulk.change_many, name="customers_change"),
    path("customers/undo/<str:ref>", bulk.undo_change, name="customers_undo"),
    path("customers/rewind", customers.rewind, name="rewind"),
    path("views/keep", bulk.keep_this_view, name="keep_view"),
    path("views/<str:ref>/drop", bulk.drop_this_view, name="drop_view"),
    path("customers/<str:ref>", customer.customer_page, name="customer"),
    path("customers/<str:ref>/notes", customer.add_note, name="note_add"),
    path("customers/<str:ref>/tags", customer.add_tag, name="customer_tag"),
    path("customers/<str:ref>/tags/<str:tag>/off", customer.take_tag_off, name="customer_untag"),
    path("customers/<str:ref>/owner", customer.set_owner, name="customer_owner"),
    path("customers/<str:ref>/kind", customer.set_kind, name="customer_kind"),
    path("customers/<str:ref>/people", customer.add_person, name="person_add"),
    path("customers/<str:ref>/people/<str:role>/end", customer.end_role, name="person_end"),
    path("notes/<str:ref>/change", customer.change_note, name="note_change"),
    path("notes/<str:ref>/remove", customer.remove_note, name="note_remove"),
    path("notes/<str:ref>/restore", customer.restore_note, name="note_restore"),
    path("steps/<str:ref>", today.step_page, name="step"),
    path("steps/<str:ref>/done", today.finish, name="step_done"),
    path("steps/<str:ref>/later", today.snooze, name="step_later"),
    path("steps/<str:ref>/not-useful", today.dismiss, name="step_not_useful"),
    path("steps/<str:ref>/reopen", today.reopen, name="step_reopen"),
    path("todos", todos.add_todo, name="todo_add"),
    path("todos/<str:ref>/done", todos.finish_todo, name="todo_done"),
    path("todos/<str:ref>/reopen", todos.reopen_todo, name="todo_reopen"),
    path("todos/<str:ref>/change", todos.change_todo, name="todo_change"),
    path("todos/<str:ref>/drop", todos.drop_todo, name="todo_drop"),
    path("theme", choose_theme, name="choose_theme"),
    path("keys", switch_keys, name="switch_keys"),
    path("", include("regulars.web.urls_share")),
    path("", include("regulars.web.urls_know")),
    path("", include("regulars.web.urls_success")),
    path("", include("regulars.web.urls_contracts")),
    path("", include("regulars.web.urls_health")),
    path("", include("regulars.web.urls_gear")),
]
