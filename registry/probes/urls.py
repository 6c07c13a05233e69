"""Addresses of the probes room."""

from django.urls import path, register_converter

from registry.probes.views import acting, maintaining, pages, pausing, prechecks, proving


class HostConverter:
    """The name of a host as endpoints have it; whatever cannot be one leads nowhere."""

    regex = r"[^/\x00-\x1f\x7f]{1,255}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(HostConverter, "host")

urlpatterns = [
    path("about-probing/", pages.about, name="about_probing"),
    path("endpoints/waiting/", acting.waiting, name="endpoints_waiting"),
    path("endpoints/<int:id>/", pages.endpoint, name="endpoint"),
    path("endpoints/<int:id>/changes/", pages.endpoint_changes, name="endpoint_changes"),
    path(
        "endpoints/<int:id>/changes/<slug:capture>/<slug:before>/<slug:after>/",
        pages.endpoint_change,
        name="endpoint_change",
    ),
    path("endpoints/<int:id>/vouch/", acting.vouch, name="endpoint_vouch"),
    path("endpoints/paused/", pausing.paused, name="endpoints_paused"),
    path("endpoints/<int:id>/pause/", pausing.pause_endpoint, name="endpoint_pause"),
    path("endpoints/<int:id>/resume/", pausing.resume_endpoint, name="endpoint_resume"),
    path("endpoints/<int:id>/maintenance/", maintaining.declare, name="endpoint_maintenance"),
    path("maintenance/<int:id>/cancel/", maintaining.cancel, name="maintenance_cancel"),
    path("probing/hosts/<host:host>/", pausing.host_page, name="probed_host"),
    path("probing/hosts/<host:host>/pause/", pausing.pause_host, name="host_pause"),
    path("probing/hosts/<host:host>/resume/", pausing.resume_host, name="host_resume"),
    path("endpoints/<int:id>/probe/", acting.probe_now, name="endpoint_probe_now"),
    path("prechecks/", prechecks.recent, name="prechecks"),
    path("prechecks/<uuid:uuid>/", prechecks.precheck, name="precheck"),
    path("prechecks/<uuid:uuid>/again/", prechecks.again, name="precheck_again"),
    path("prechecks/<uuid:uuid>/report/", prechecks.printable, name="precheck_report"),
    path("prechecks/<uuid:uuid>/report.json", prechecks.download, name="precheck_download"),
    path("products/<slug:ref>/endpoints/precheck/", prechecks.ask, name="precheck_ask"),
    path("hosts/", proving.hosts, name="hosts"),
    path("hosts/prove/", proving.prove, name="host_prove"),
    path("hosts/<int:id>/", proving.host, name="host"),
    path("hosts/<int:id>/check/", proving.check, name="host_check"),
    path("hosts/<int:id>/give-up/", proving.give_up, name="host_give_up"),
    path("hosts/<int:id>/withdraw/", proving.withdraw, name="host_withdraw"),
    path("hosts/<int:id>/reopen/", proving.reopen, name="host_reopen"),
    path("products/<slug:ref>/endpoints/new/", acting.register, name="endpoint_register"),
]
