"""One e-mail a day at half past seven in London, with what has gathered."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from registry.notifications import rules, services
from registry.notifications.enums import Delivery
from registry.notifications.models import Letter
from registry.notifications.services.sending import Sent

LONDON = ZoneInfo("Europe/London")


def london(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (london(1, 7, 29), datetime(2026, 6, 30, 6, 30, tzinfo=UTC)),
        (london(1, 7, 30), datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
        (london(1, 23, 59), datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
        # Clocks go forward on 29 March and back on 25 October 2026.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 28, 7, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 6, 29, tzinfo=UTC), datetime(2026, 3, 28, 7, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 6, 30, tzinfo=UTC), datetime(2026, 3, 29, 6, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 6, 45, tzinfo=UTC), datetime(2026, 10, 24, 6, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 7, 30, tzinfo=UTC), datetime(2026, 10, 25, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_last_half_past_seven_in_london(now, moment):
    assert rules.last_daily_moment(now) == moment


@pytest.fixture
def daily(supplier_owner, now):
    """An owner who wants one e-mail a day."""
    services.prefer(delivery=Delivery.DAILY, by=supplier_owner, now=now)
    return supplier_owner


@pytest.mark.django_db
class TestADay:
    def test_what_has_gathered_comes_in_one_email(self, server, daily, tell):
        tell(daily, key="one", at=london(1, 9), subject="The first ends")
        tell(daily, key="two", at=london(1, 18), subject="The second ends")
        assert services.gather(now=london(2, 7, 29)) == 0
        assert services.gather(now=london(2, 7, 30)) == 1
        assert services.gather(now=london(2, 7, 35)) == 0
        assert services.send_due(now=london(2, 7, 36)) == Sent(sent=1)
        (letter,) = server.post.taken
        body = letter.get_content()
        assert letter["Subject"] == "2 things to know"
        assert body.index("1. The first ends") < body.index("2. The second ends")
        assert body.count("https://registry.example/evidence/sub-1/") == 2
        assert Letter.objects.get().digest_day == date(2026, 7, 2)

    def test_what_comes_later_waits_for_the_next_day(self, daily, tell):
        tell(daily, key="one", at=london(1, 9))
        services.gather(now=london(2, 7, 30))
        tell(daily, key="two", at=london(2, 8))
        assert services.gather(now=london(2, 12)) == 0
        assert services.gather(now=london(3, 7, 30)) == 1
        assert Letter.objects.count() == 2

    def test_a_late_worker_sends_yesterdays_once(self, daily, tell):
        tell(daily, key="one", at=london(1, 9))
        assert services.gather(now=london(2, 15)) == 1
        assert services.gather(now=london(3, 7, 30)) == 0

    def test_a_day_without_news_brings_no_email(self, daily):
        assert services.gather(now=london(2, 7, 30)) == 0
        assert Letter.objects.count() == 0

    def test_who_wants_no_email_any_more_gets_none(self, daily, tell):
        tell(daily, at=london(1, 9))
        services.prefer(delivery=Delivery.ON_SCREEN, by=daily, now=london(1, 10))
        assert services.gather(now=london(2, 7, 30)) == 0
        services.prefer(delivery=Delivery.DAILY, by=daily, now=london(2, 8))
        assert services.gather(now=london(3, 7, 30)) == 0

    def test_who_wants_it_at_once_from_now_on_still_gets_what_has_gathered(self, daily, tell):
        tell(daily, at=london(1, 9))
        services.prefer(delivery=Delivery.AT_ONCE, by=daily, now=london(1, 10))
        assert services.gather(now=london(2, 7, 30)) == 1

    @pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
    def test_one_email_a_day_over_a_change_of_the_clocks(self, daily, tell, change):
        first = datetime(change.year, change.month, change.day, 0, 15, tzinfo=UTC)
        first -= timedelta(days=1)
        for hour in range(72):
            at = first + timedelta(hours=hour)
            services.gather(now=at)
            tell(daily, key=f"hour {hour}", at=at)
        days = list(Letter.objects.order_by("pk").values_list("digest_day", flat=True))
        one = timedelta(days=1)
        assert days == [change - one, change, change + one]
