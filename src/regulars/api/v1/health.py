"""Health: the score over what is known, its parts, and how it was."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.api.keys import reader
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, page_of
from regulars.api.v1.refs import customer_of
from regulars.attention.models import HealthHistory, HealthStanding
from regulars.attention.success_models import HealthColumns
from regulars.insight.errors import RegularsError
from regulars.insight.health import UNITS, Band
from regulars.insight.health_profile import DEAL_BREAKERS, INPUTS
from regulars.insight.health_profile import profile_of
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date

router = Router()
