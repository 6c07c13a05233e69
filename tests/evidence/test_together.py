"""One piece of evidence, submitted once, for three products and two standards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from registry.audit.models import Event
from registry.common.errors import NotPermitted, RuleBroken
from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import AlsoFor, EvidenceFile, Submission
from tests import factories
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def secure(db):
    version = factories.make_version(factories.make_standard("PENTEST"), "1")
    return factories.make_criterion(version, "REPORT", proofs=("test_report", "certificate"))


@pytest.fixture
def triage(supplier, product):
    return factories.make_product("aldermoor-triage", supplier=supplier, name="Aldermoor Triage")


@pytest.fixture
def scan(supplier):
    return factories.make_product("aldermoor-scan", supplier=supplier, name="Aldermoor Scan")


@pytest.fixture
def bundle(draft, accessible, secure, triage, scan, supplier_editor, now):
    """The record for one criterion, the scanner for two, the triage for another."""
    chosen = {
        draft.product_id: [accessible.pk],
        scan.pk: [accessible.pk, secure.pk],
        triage.pk: [secure.pk],
    }
    return services.choose(submission=draft, chosen=chosen, by=supplier_editor, now=now)


def by_product(submissions):
    return {
        each.product.ref: sorted(each.criteria.values_list("code", flat=True))
        for each in submissions
    }


def test_each_product_gets_a_submission_of_its_own(
    bundle, answers, triage, supplier_editor, now, media
):
    services.save_submission(
        submission=bundle,
        answers=replace(answers, criteria=None, release="4.2", releases={triage.pk: "1.1"}),
        by=supplier_editor,
        now=now,
    )
    sent = services.submit(submission=bundle, by=supplier_editor, now=now)
    everything = Submission.objects.sent_together(sent).order_by("product__ref")
    assert by_product(everything) == {
        "aldermoor-record": ["AUDIT"],
        "aldermoor-scan": ["AUDIT", "REPORT"],
        "aldermoor-triage": ["REPORT"],
    }
    assert {(each.state, each.issuer, each.valid) for each in everything} == {
        (SubmissionState.SUBMITTED, answers.issuer, sent.valid)
    }
    assert [each.release for each in everything] == ["4.2", "", "1.1"]
    assert len({each.ref for each in everything}) == 3
    # Three rows of one content.
    assert EvidenceFile.objects.values("content").distinct().count() == 1
    assert EvidenceFile.objects.count() == 3
    assert len(list(media.glob("??/*"))) == 1
    assert not AlsoFor.objects.exists()
    told = Event.objects.filter(action="evidence.submitted").order_by("pk")
    assert [event.detail.get("sent_with") for event in told] == [None, sent.ref, sent.ref]


def test_the_shortest_life_of_all_standards_holds_for_all(bundle, answers, supplier_editor, now):
    """A penetration test lasts 12 months at most, whichever product's criterion it is."""
    too_long = replace(answers, criteria=None, valid_until=answers.issued_on + timedelta(days=500))
    services.save_submission(submission=bundle, answers=too_long, by=supplier_editor, now=now)
    with pytest.raises(services.Incomplete) as refused:
        services.submit(submission=bundle, by=supplier_editor, now=now)
    assert "lasts until 31 May 2027 at the latest" in refused.value.message
    assert Submission.objects.get().state == SubmissionState.DRAFT


def test_what_is_chosen_replaces_what_was(bundle, secure, triage, supplier_editor, now):
    moved = services.choose(
        submission=bundle, chosen={triage.pk: [secure.pk]}, by=supplier_editor, now=now
    )
    # Nothing is chosen of the record any more: the draft is the triage's now.
    assert (moved.product, moved.also_for.count()) == (triage, 0)
    nothing = services.choose(submission=moved, chosen={}, by=supplier_editor, now=now)
    assert (nothing.product, nothing.criteria.count()) == (triage, 0)


@pytest.mark.parametrize("whose", ["withdrawn", "rival", "outsider"])
def test_only_the_suppliers_own_products_are_chosen(
    whose, bundle, secure, scan, supplier_editor, rival_editor, now
):
    rival = factories.make_product("brackenfell", supplier=factories.make_supplier("brackenfell"))
    by, product, refusal = supplier_editor, rival, RuleBroken
    if whose == "withdrawn":
        type(scan).objects.filter(pk=scan.pk).update(state="withdrawn")
        product = scan
    if whose == "outsider":
        by, product, refusal = rival_editor, scan, NotPermitted
    before = list(AlsoFor.objects.values_list("product_id", "criteria"))
    with pytest.raises(refusal):
        services.choose(submission=bundle, chosen={product.pk: [secure.pk]}, by=by, now=now)
    assert list(AlsoFor.objects.values_list("product_id", "criteria")) == before


@pytest.mark.parametrize("form", ["questionnaire", "machine_report"])
def test_what_is_about_one_product_is_not_sent_for_two(form, product, scan, supplier_editor, now):
    version = factories.make_version(factories.make_standard("DTAC"), "2.0")
    criterion = factories.make_criterion(version, "FORM", proofs=(form,))
    with pytest.raises(RuleBroken, match="is about Aldermoor Record alone"):
        services.start_submission(
            product=product,
            form=form,
            criteria=[criterion.pk],
            others={scan.pk: [criterion.pk]},
            by=supplier_editor,
            now=now,
        )
    assert not Submission.objects.exists()


def test_all_are_renewed_at_once_and_each_follows_its_own(bundle, supplier_editor, assessor, now):
    sent = services.submit(submission=bundle, by=supplier_editor, now=now)
    for each in Submission.objects.sent_together(sent).order_by("pk"):
        services.take_up(submission=each, by=assessor, now=now)
        each.refresh_from_db()
        services.return_(
            submission=each, reason="Unsigned.", what_would_do="Sign it.", by=assessor, now=now
        )
    again = services.start_again(submission=sent, by=supplier_editor, now=now, together=True)
    resent = services.submit(submission=again, by=supplier_editor, now=now)
    followed = {
        each.product.ref: each.supersedes.product.ref
        for each in Submission.objects.sent_together(resent)
    }
    assert followed == {
        ref: ref for ref in ("aldermoor-record", "aldermoor-scan", "aldermoor-triage")
    }


def test_all_are_withdrawn_at_once_but_what_is_decided(bundle, supplier_editor, assessor, now):
    sent = services.submit(submission=bundle, by=supplier_editor, now=now)
    decided = sent.sent_along.first()
    services.take_up(submission=decided, by=assessor, now=now)
    services.return_(
        submission=decided, reason="Unsigned.", what_would_do="Sign it.", by=assessor, now=now
    )
    gone = services.withdraw_together(submission=sent, by=supplier_editor, now=now)
    assert len(gone) == 2
    states = Submission.objects.sent_together(sent).values_list("state", flat=True)
    assert sorted(states) == ["returned", "withdrawn", "withdrawn"]


def test_the_pages_take_three_products_in_one_go(
    client, product, accessible, secure, triage, supplier_editor
):
    client.force_login(supplier_editor)
    items = [f"{product.ref}:{accessible.pk}", f"{triage.ref}:{secure.pk}", "nothing:1", "x"]
    start = reverse("evidence_submit") + "?" + "&".join(f"item={item}" for item in items)
    shown = text(client.get(start))
    assert "One piece of evidence for 2 products" in shown
    client.post(start, {"form": "test_report"})
    draft = Submission.objects.get()
    assert draft.also_for.get().product == triage

    about = {"issuer": "House", "issued_on": "2026-06-01", f"release_{triage.pk}": "7"}
    assert client.post(address("evidence_about", draft), about).status_code == 302
    client.post(address("evidence_attach", draft), {"file": upload("report.pdf")})
    check = text(client.get(address("evidence_check", draft)))
    assert "Send evidence for 2 products" in check
    assert "Release of Aldermoor Triage" in check
    client.post(address("evidence_check", draft))
    draft.refresh_from_db()
    other = draft.sent_along.get()
    assert (other.product, other.release) == (triage, "7")
    assert other.ref in text(client.get(address("evidence", draft)))
    asked = text(client.get(address("evidence_withdraw", draft)))
    assert "All that was sent with it and is not decided" in asked
    client.post(address("evidence_withdraw", draft), {"together": "yes"})
    other.refresh_from_db()
    assert other.state == SubmissionState.WITHDRAWN


def test_requirements_that_nothing_proves_together_are_refused_in_words(
    client, product, accessible, supplier_editor
):
    version = factories.make_version(factories.make_standard("CE"), "1")
    certificate = factories.make_criterion(version, "CERT", proofs=("certificate",))
    items = f"item={product.ref}:{accessible.pk}&item={product.ref}:{certificate.pk}"
    client.force_login(supplier_editor)
    shown = text(client.get(f"{reverse('evidence_submit')}?{items}"))
    assert "No form of evidence is accepted for all of these." in shown
    assert "Continue" not in shown


def test_another_suppliers_choice_is_not_seen(client, bundle, rival_editor):
    assert page(client, rival_editor, address("evidence_proves", bundle)).status_code == 404
