"""Asking for pages."""

from django.urls import reverse


def address(name, submission=None):
    """The address of a page of `submission`, or of a page that needs none."""
    return reverse(name, kwargs={"ref": submission.ref} if submission else None)


def page(client, user, url, **params):
    """What `user` gets."""
    client.force_login(user)
    return client.get(url, params)


def text(response):
    """The page's source."""
    return response.content.decode()
