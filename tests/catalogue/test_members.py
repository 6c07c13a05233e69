"""Who acts for a supplier, and who may say so."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from registry.accounts.services import system_user
from registry.audit.models import Event
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import FormerMembership, SupplierMembership
from registry.catalogue.selectors import acts_for, suppliers_of
from registry.catalogue.services.members import add_member, remove_member
from registry.common.errors import NotPermitted, RuleBroken

pytestmark = pytest.mark.django_db


def test_an_owner_adds_a_member(supplier, supplier_owner, outsider, now):
    row = add_member(
        user=outsider, supplier=supplier, role=SupplierRole.EDITOR, by=supplier_owner, now=now
    )
    assert (row.role, row.since) == (SupplierRole.EDITOR, now)
    assert list(suppliers_of(outsider)) == [supplier]
    event = Event.objects.get()
    assert (event.action, event.detail) == (
        "supplier.member_added",
        {"member": outsider.email, "role": "supplier_editor"},
    )


def test_adding_again_changes_the_role_or_nothing(supplier, supplier_owner, supplier_editor, now):
    for _ in range(2):
        add_member(
            user=supplier_editor,
            supplier=supplier,
            role=SupplierRole.OWNER,
            by=supplier_owner,
            now=now,
        )
    assert SupplierMembership.objects.get(user=supplier_editor).role == SupplierRole.OWNER
    assert Event.objects.count() == 1


def test_only_owners_the_administrator_and_machines_add(
    supplier, supplier_owner, supplier_editor, rival_editor, assessor, administrator, outsider, now
):
    for stranger in (supplier_editor, rival_editor, assessor, outsider):
        with pytest.raises(NotPermitted, match="Only the owners of Aldermoor"):
            add_member(
                user=outsider, supplier=supplier, role=SupplierRole.EDITOR, by=stranger, now=now
            )
    assert not acts_for(outsider, supplier)
    for allowed in (administrator, system_user(name="enrol")):
        add_member(user=outsider, supplier=supplier, role=SupplierRole.EDITOR, by=allowed, now=now)
    assert acts_for(outsider, supplier)


def test_a_member_is_removed_or_leaves(supplier, supplier_owner, supplier_editor, now):
    remove_member(user=supplier_editor, supplier=supplier, by=supplier_editor, now=now)
    assert not acts_for(supplier_editor, supplier)
    with pytest.raises(RuleBroken, match="does not act for"):
        remove_member(user=supplier_editor, supplier=supplier, by=supplier_owner, now=now)


def test_who_left_stays_on_record(client, supplier, supplier_owner, supplier_editor, now):
    remove_member(user=supplier_editor, supplier=supplier, by=supplier_owner, now=now)
    add_member(
        user=supplier_editor,
        supplier=supplier,
        role=SupplierRole.EDITOR,
        by=supplier_owner,
        now=now + timedelta(days=1),
    )
    [row] = FormerMembership.objects.all()
    assert (row.user, row.until, row.ended_by) == (supplier_editor, now, supplier_owner)
    assert (row.role, row.since < now) == (SupplierRole.EDITOR, True)
    for change in (row.delete, row.save):
        with pytest.raises(DatabaseError, match="stays_as_it_was"), transaction.atomic():
            change()
    client.force_login(supplier_owner)
    page = client.get(reverse("members")).content.decode()
    assert "Who left" in page


def test_an_editor_removes_nobody_else(supplier, supplier_owner, supplier_editor, now):
    with pytest.raises(NotPermitted):
        remove_member(user=supplier_owner, supplier=supplier, by=supplier_editor, now=now)
    assert acts_for(supplier_owner, supplier)


def test_the_last_owner_stays(supplier, supplier_owner, supplier_editor, now):
    for step in (
        lambda: remove_member(user=supplier_owner, supplier=supplier, by=supplier_owner, now=now),
        lambda: add_member(
            user=supplier_owner,
            supplier=supplier,
            role=SupplierRole.EDITOR,
            by=supplier_owner,
            now=now,
        ),
    ):
        with pytest.raises(RuleBroken, match="needs an owner"):
            step()
    assert SupplierMembership.objects.get(user=supplier_owner).role == SupplierRole.OWNER
