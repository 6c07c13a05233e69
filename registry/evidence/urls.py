"""Addresses of the evidence room."""

from django.urls import path

from registry.evidence.views import assessor, files, page, reports, supplier

urlpatterns = [
    path("files/<str:token>/", files.file, name="file"),
    path("evidence/", supplier.submissions, name="submissions"),
    path("evidence/submit/", supplier.start, name="evidence_submit"),
    path("evidence/report/", reports.send_report, name="evidence_send_report"),
    path("evidence/<slug:ref>/report/", reports.report, name="evidence_report"),
    path("evidence/<slug:ref>/", page.evidence, name="evidence"),
    path("evidence/<slug:ref>/edit/", supplier.edit, name="evidence_edit"),
    path("evidence/<slug:ref>/check/", supplier.check, name="evidence_check"),
    path("evidence/<slug:ref>/withdraw/", supplier.withdraw, name="evidence_withdraw"),
    path("evidence/<slug:ref>/again/", supplier.again, name="evidence_again"),
    path("evidence/<slug:ref>/files/<int:file_id>/", files.evidence_file, name="evidence_file"),
    path(
        "evidence/<slug:ref>/files/<int:file_id>/remove/",
        supplier.remove_file,
        name="evidence_file_remove",
    ),
    path("evidence/<slug:ref>/revoke/", assessor.revoke, name="evidence_revoke"),
    path("assessment/", assessor.queue, name="assessment_queue"),
    path("assessment/<slug:ref>/", assessor.assessment, name="assessment"),
    path("assessment/<slug:ref>/take-up/", assessor.take_up, name="assessment_take_up"),
    path("assessment/<slug:ref>/put-back/", assessor.put_back, name="assessment_put_back"),
    path("assessment/<slug:ref>/accept/", assessor.accept, name="assessment_accept"),
    path("assessment/<slug:ref>/return/", assessor.return_, name="assessment_return"),
]
