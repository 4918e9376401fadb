"""What there is in the whole base, which decides what is shown: purchases, contracts, or both."""

from __future__ import annotations

from regulars.attention.models import ContractStanding, Standing
from regulars.insight.stage import Stage


def anybody_bought() -> bool:
    """Return whether any customer ever bought; answered by an index, however many they are."""
    # Stage by stage and from a day on: the index is by stage and last purchase day.
    stages = [int(stage) for stage in Stage]
    return Standing.objects.filter(stage__in=stages, last_day__gte=0).exists()


def anybody_on_contract() -> bool:
    """Return whether anybody has or had a contract: what is only about contracts is hidden otherwise."""
    return ContractStanding.objects.exists()


def only_contracts() -> bool:
    """Return whether there are contracts and no purchases: what is only about purchases is hidden then."""
    return anybody_on_contract() and not anybody_bought()


def nobody_buys() -> bool:
    """Return whether nobody buys and nobody is on contract: then there is nothing yet to say of customers."""
    return not anybody_on_contract() and not anybody_bought()
