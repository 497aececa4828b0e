"""A closed case is to read: every form that would change it is refused, and nothing is written."""

from escalations.actions import STAFF_ROLES
from escalations.forms.doing import run_action
from escalations.forms.steps import FORMS
from escalations.models import Complaint
from tests.escalations.test_matrix import STATES


def test_every_form_is_refused_on_a_closed_case_but_those_that_the_table_leaves_open(case, house, staff, at_desk, rf):
    closed = case("closed")
    everybody = staff("everybody", *STAFF_ROLES, team=house.cards, level=5)
    Complaint.objects.filter(pk=closed.pk).update(handler=everybody.handler, registered_by=everybody)
    client, point = at_desk(everybody), closed.main_point
    before = Complaint.history.filter(id=closed.pk).count(), closed.events.count()
    shut = [name for name in FORMS if "closed" not in STATES[name][0]]
    typed = {"reason": "Once more.", "on": "customer", "text": "Words", "body": "Words", "whole": "True"}
    for name in shut:
        asked = rf.post(f"/cases/{closed.reference}/do/{name}/", typed)
        asked.user = everybody
        doing = run_action(asked, Complaint.objects.get(pk=closed.pk), name)
        assert (doing.event, doing.possible) == (None, False) and doing.status in (403, 409), name
    for address in (f"points/{point.pk}/", "escalate/"):
        assert client.post(f"/cases/{closed.reference}/{address}", typed).status_code in (403, 409)
    client.post("/cases/several/", {"do": "hold", "case": closed.reference, "on": "police", "reason": "Once more."})
    assert len(shut) > 40
    assert (Complaint.history.filter(id=closed.pk).count(), closed.events.count()) == before
