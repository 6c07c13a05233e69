"""Addresses of the what-if room."""

from django.urls import path

from procurement.whatif.views import drafts, looking, steps

urlpatterns = [
    path("what-if/", drafts.drafts, name="whatif_drafts"),
    path("what-if/new/", drafts.new, name="whatif_new"),
    path("what-if/<int:id>/", looking.draft, name="whatif_draft"),
    path("what-if/<int:id>/compare/", looking.compare, name="whatif_compare"),
    path("what-if/<int:id>/compare.csv", looking.compare_csv, name="whatif_compare_csv"),
    path("what-if/<int:id>/products.csv", looking.products_csv, name="whatif_products_csv"),
    path("what-if/<int:id>/contracts.csv", looking.contracts_csv, name="whatif_contracts_csv"),
    path("what-if/<int:id>/change/", drafts.change, name="whatif_change"),
    path(
        "what-if/<int:id>/changes/<int:change_id>/remove/",
        drafts.change_remove,
        name="whatif_change_remove",
    ),
    path("what-if/<int:id>/copy/", drafts.copy, name="whatif_copy"),
    path("what-if/<int:id>/propose/", steps.propose, name="whatif_propose"),
    path("what-if/<int:id>/take-back/", steps.take_back, name="whatif_take_back"),
    path("what-if/<int:id>/publish/", steps.publish, name="whatif_publish"),
    path("what-if/<int:id>/reject/", steps.reject, name="whatif_reject"),
    path("what-if/<int:id>/discard/", steps.discard, name="whatif_discard"),
]
