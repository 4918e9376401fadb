"""One customer with everything: thousands of entries, hundreds of people, dozens of outcomes."""

from __future__ import annotations

from datetime import timedelta

NAME = "Everything & Co"


def make_full(entries: int, people: int, outcomes: int) -> int:
    """Make the customer through the same doors as everything else, assess them, and return their number."""
    from regulars.attention.reassess import reassess_some
    from regulars.attention.write.success import confirm_outcome
    from regulars.ledger.by_hand import Told, record_told
    from regulars.records.models import Commitment, Customer, Milestone, Outcome, Person, Reading, Role, Wish
    from regulars.records.read.company import company, epoch_day
    from regulars.web.clock import date_of

    today = date_of(company())
    customer = Customer.objects.create(name=NAME, name_folded=NAME.lower()).pk
    kinds = ("touchpoint", "praise", "complaint", "feedback", "usage")
    told = [
        Told(customer, kinds[one % 5], epoch_day(today) - one % 900, f"Entry {one}", quantity=1.0 + one % 9)
        for one in range(entries)
    ]
    for start in range(0, entries, 1_000):
        record_told(told[start : start + 1_000])
    humans = Person.objects.bulk_create(
        Person(name=f"Person {one}", name_folded=f"person {one}", email=f"p{one}@full.example")
        for one in range(people)
    )
    Role.objects.bulk_create(Role(person=one, customer_id=customer, title="User") for one in humans)
    wanted = Outcome.objects.bulk_create(
        Outcome(
            customer_id=customer, sentence=f"Reach number {one}", why="It matters", baseline=0, target=20,
            noted_on=today - timedelta(days=200), agreed_on=today - timedelta(days=200),
            due_on=today + timedelta(days=one * 9 - 200), said_by=humans[one % people],
        )
        for one in range(outcomes)
    )  # fmt: skip
    for place, outcome in enumerate(wanted):
        Reading.objects.bulk_create(
            Reading(outcome=outcome, day=today - timedelta(days=30 * back), value=20 - 2 * back)
            for back in range(6)
        )
        Milestone.objects.create(customer_id=customer, outcome=outcome, text="Half of it", due_on=today)
        Commitment.objects.create(
            customer_id=customer, outcome=outcome, side="ours", text="Help", due_on=today
        )
        if place % 3 == 0:
            confirm_outcome(None, outcome, "confirmed", on=today)
    for kind in ("channel", "pace", "language"):
        Wish.objects.create(customer_id=customer, kind=kind, text="As we like it", noted_on=today)
    reassess_some([customer], epoch_day(today))
    return customer
