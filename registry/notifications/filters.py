"""What lists of messages and of e-mails can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet

from registry.notifications.enums import Kind, LetterState
from registry.notifications.models import Letter, Notification


class NotificationFilter(django_filters.FilterSet):
    """One's own messages by what they are about, and whether they were read."""

    kind = django_filters.ChoiceFilter(
        label="About", empty_label="Everything", choices=Kind.choices
    )
    show = django_filters.ChoiceFilter(
        label="Show",
        empty_label="Read and unread",
        choices=[("unread", "Unread only")],
        method="filter_show",
    )

    class Meta:
        model = Notification
        fields = ["kind", "show"]

    def filter_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Only what was not marked as read."""
        return rows.filter(read_at=None)


class LetterFilter(django_filters.FilterSet):
    """The outbox by state and address."""

    state = django_filters.ChoiceFilter(
        label="State", empty_label="Any state", choices=LetterState.choices
    )
    q = django_filters.CharFilter(
        label="Email address or subject", method="filter_words", max_length=200
    )

    class Meta:
        model = Letter
        fields = ["state", "q"]

    def filter_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """A part of the address, or of what one of its messages is headed."""
        carrying = Notification.objects.filter(subject__icontains=value, letter__isnull=False)
        return rows.filter(
            Q(address__icontains=value)
            | Q(user__email__icontains=value)
            | Q(pk__in=carrying.values("letter"))
        )
