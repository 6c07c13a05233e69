"""Addresses of the catalogue: who acts for a supplier."""

from django.urls import path

from registry.catalogue.views import answering, members

urlpatterns = [
    path("supplier/members/", members.members_page, name="members"),
    path("supplier/members/<int:id>/role/", members.change_role, name="member_role"),
    path("supplier/members/<int:id>/remove/", members.remove, name="member_remove"),
    path("supplier/invitations/<int:id>/again/", members.send_again, name="invitation_again"),
    path("supplier/invitations/<int:id>/cancel/", members.cancel, name="invitation_cancel"),
    path("supplier/<slug:ref>/invite/", members.invite, name="member_invite"),
    path("invitations/<str:token>/", answering.invitation, name="invitation"),
]
