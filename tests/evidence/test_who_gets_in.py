"""Every address of the room, asked for by every role; and lists that stay cheap."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from tests import factories
from tests.evidence.asking import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

MEMBERS = {"supplier_owner", "supplier_editor"}
TEAM = {
    "assessor",
    "case_officer",
    "approver",
    "standards_editor",
    "auditor",
    "administrator",
}
CAST = sorted(MEMBERS | TEAM | {"rival_editor", "buyer", "outsider"})

# Address: who gets in; who may see that it exists but not use it (403). The others get 404.
WAYS_IN = {
    ("GET", "evidence", "submitted"): (MEMBERS | TEAM, set()),
    ("GET", "evidence_edit", "draft"): (MEMBERS, set()),
    ("GET", "evidence_check", "draft"): (MEMBERS, set()),
    ("GET", "evidence_withdraw", "submitted"): (MEMBERS, TEAM),
    ("POST", "evidence_again", "returned"): (MEMBERS, TEAM),
    ("POST", "evidence_withdraw", "submitted"): (MEMBERS, TEAM),
    ("POST", "evidence_check", "draft"): (MEMBERS, set()),
    ("GET", "assessment", "submitted"): ({"assessor", "auditor"}, set(CAST)),
    ("POST", "assessment_take_up", "submitted"): ({"assessor"}, MEMBERS | TEAM),
    ("POST", "assessment_put_back", "claimed"): ({"assessor"}, MEMBERS | TEAM),
    ("POST", "assessment_accept", "claimed"): ({"assessor"}, set(CAST)),
    ("POST", "assessment_return", "claimed"): ({"assessor"}, set(CAST)),
    ("GET", "evidence_revoke", "submitted"): ({"assessor"}, set(CAST)),
    ("GET", "assessment_queue", None): ({"assessor", "auditor"}, set(CAST)),
    ("GET", "submissions", None): (MEMBERS | {"rival_editor"}, set(CAST)),
    ("GET", "evidence_submit", None): (MEMBERS | {"rival_editor"}, set(CAST)),
    ("GET", "supplier_desk", None): (MEMBERS | {"rival_editor"}, set(CAST)),
}


@pytest.fixture
def returned(claimed, assessor, now):
    return services.return_(submission=claimed, reason="x", what_would_do="y", by=assessor, now=now)


@pytest.mark.parametrize("thing", ["draft", "submitted", "claimed", "returned", None])
def test_every_address_answers_each_role_as_it_should(request, client, thing):
    """And nobody gets in without signing in."""
    submission = request.getfixturevalue(thing) if thing else None
    cast = {person: request.getfixturevalue(person) for person in CAST}
    before, wrong = list(Submission.objects.values()), {}
    for (method, name, about), (let_in, refused) in WAYS_IN.items():
        if about != thing:
            continue
        path = address(name, submission)
        response = Client().generic(method, path)
        if name == "evidence":
            assert response.status_code == 404
        else:
            assert response["Location"].startswith(reverse("account_login")), name
        for person in CAST:
            right = {200, 302, 400} if person in let_in else {403 if person in refused else 404}
            with transaction.atomic():
                client.force_login(cast[person])
                status = client.generic(method, path).status_code
                written = list(Submission.objects.values()) != before
                if status not in right or (written and person not in let_in):
                    wrong[method, name, person] = status, written
                transaction.set_rollback(True)
    assert wrong == {}


@pytest.mark.parametrize("name", ["submissions", "assessment_queue", "supplier_desk"])
def test_a_list_of_fifty_takes_as_many_queries_as_a_list_of_one(
    client, name, product, accessible, supplier_editor, assessor, now, django_assert_num_queries
):
    person = assessor if name == "assessment_queue" else supplier_editor
    client.force_login(person)

    factories.make_endpoint(product)
    _submissions(product, accessible, supplier_editor, now, 1)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as first:
        assert client.get(reverse(name)).status_code == 200
    _submissions(product, accessible, supplier_editor, now, 49)
    for number in range(9):
        other = factories.make_product(f"other-{number}", supplier=product.supplier)
        factories.make_endpoint(other, f"https://fhir{number}.example.test/r4")
    with django_assert_num_queries(len(first)):
        client.get(reverse(name))


def _submissions(product, criterion, by, now, count):
    rows = Submission.objects.bulk_create(
        Submission(
            ref=f"many-{count}-{number}",
            product=product,
            form="test_report",
            state=SubmissionState.SUBMITTED,
            created_by=by,
            created_at=now,
            submitted_by=by,
            submitted_at=now,
        )
        for number in range(count)
    )
    for row in rows:
        row.criteria.add(criterion)
