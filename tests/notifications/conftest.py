"""A mail server, and something to tell."""

import pytest

from registry.notifications import services
from registry.notifications.enums import Kind
from tests.notifications.mail_server import MailServer


@pytest.fixture
def server(settings):
    """The registry sends to a server on loopback."""
    with MailServer() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 2
        settings.SITE_URL = "https://registry.example"
        yield running


@pytest.fixture
def tell(now):
    """Tell some people that something ends."""

    def told(*people, key="SUB-1", at=now, subject="It ends"):
        return services.notify(
            to=people,
            kind=Kind.EVIDENCE_ENDS,
            subject=subject,
            body=["The certificate ends on 1 August.", "Renew it."],
            link="/evidence/sub-1/",
            key=key,
            now=at,
        )

    return told
