"""Arguments and redirects that no sane person writes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry.probes.rules.urls import UrlRefused, parse_target, redirect_target


@pytest.mark.parametrize("location", ["https://[::1", "//[", "https://[x]y/"])
def test_a_redirect_to_no_url_is_the_servers_fault_not_ours(location):
    with pytest.raises(UrlRefused):
        redirect_target("https://fhir.example.test/r4", location)


def test_bytes_that_are_no_text_are_no_url():
    with pytest.raises(UrlRefused, match="control character"):
        parse_target("https://fhir.example.test/\udcff")


@pytest.mark.parametrize("content", [b"junk", b"", b"\0\xff" * 500])
def test_a_file_without_certificates_is_refused_in_words(content, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_bytes(content)

    with pytest.raises(CommandError, match="No certificate can be read") as refused:
        call_command("probe", "https://fhir.example.test/r4", "--ca", str(file))

    assert refused.value.returncode == 2


@pytest.mark.parametrize("port", [0, -5, 65535, 70000])
def test_simulated_endpoints_want_real_ports(port):
    with pytest.raises(CommandError, match="The first port must be from 1 to"):
        call_command("simulate", "--base-port", str(port), stdout=StringIO())
