"""The demo's own risk model: learned from its cases, on trial, so that its scores are kept and move nothing."""

from config.demo import people
from escalations.detection.risk import runs
from escalations.models import RiskModel
from routing.models import User

ENOUGH = 200
"""Complaints from which on there is something to learn."""
SUPERVISOR = "helen"
REASON = (
    "Learned from made-up cases: it knows the demo's plot, and nothing about a real bank. On trial, for looking at."
)


def learn(complaints: int) -> None:
    """Train a first version at once and put it in use in the shadow. What is too little to learn from is left, and
    so is a bank that has a model: a start that was killed before it had one is made good by the next."""
    if complaints < ENOUGH or RiskModel.objects.exclude(pk__in=RiskModel.objects.unfinished()).exists():
        return
    supervisor = User.objects.get(email=f"{SUPERVISOR}@{people.DOMAIN}")
    row = runs.ask(supervisor)
    if runs.run(row.pk):
        runs.use(RiskModel.objects.get(pk=row.pk), supervisor, REASON)
