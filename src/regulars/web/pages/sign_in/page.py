"""What the setup page shows and takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from regulars.insight.errors import RegularsError
from regulars.web.pages.settings.parse import BUYING, currency_of, zone_of


@dataclass(frozen=True, slots=True)
class SetupPage:
    """The few things asked once: who you are, and how people buy from you."""

    email: str = ""
    name: str = ""
    company_name: str = ""
    timezone: str = "UTC"
    currency: str = "EUR"
    buying: str = "again"
    message: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways_of_buying(self) -> tuple[tuple[str, str], ...]:
        """The three answers to how people buy."""
        return BUYING

    @classmethod
    def empty(cls) -> SetupPage:
        """Return the page before anything was typed."""
        return cls()

    @classmethod
    def typed(cls, post: Mapping[str, Any]) -> SetupPage:
        """Return the page with what was typed, the password left out."""

        def text(name: str) -> str:
            return str(post.get(name, "")).strip()[:200]

        return cls(
            email=text("email"),
            name=text("name"),
            company_name=text("company_name"),
            timezone=text("timezone"),
            currency=text("currency"),
            buying=text("buying"),
        )

    def check(self) -> None:
        """Raise a RegularsError that names the field that cannot be kept."""
        if not self.name:
            raise RegularsError("name-missing", "Write your name.", fields={"name": "Write your name."})
        zone_of(self.timezone)
        currency_of(self.currency)

    def company(self) -> dict[str, Any]:
        """Return the settings of the company that were asked here."""
        return {
            "name": self.company_name,
            "timezone": zone_of(self.timezone),
            "currency": currency_of(self.currency),
            "buying": self.buying if self.buying in dict(BUYING) else "again",
        }

    def with_errors(self, error: RegularsError) -> SetupPage:
        """Return the page that keeps what was typed and says what to mend."""
        return replace(self, message="" if error.fields else error.message, errors=error.fields)
