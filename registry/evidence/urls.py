"""Addresses of the evidence room."""

from django.urls import path

from registry.evidence.views import (
    assessor,
    claims,
    drafts,
    files,
    interests,
    page,
    questionnaire,
    reports,
    revoking,
    supplier,
    thread,
)

urlpatterns = [
    path("files/<str:token>/", files.file, name="file"),
    path("evidence/", supplier.submissions, name="submissions"),
    path("evidence/submit/", supplier.start, name="evidence_submit"),
    path("evidence/report/", reports.send_report, name="evidence_send_report"),
    path("evidence/<slug:ref>/report/", reports.report, name="evidence_report"),
    path("evidence/<slug:ref>/", page.evidence, name="evidence"),
    path("evidence/<slug:ref>/edit/", drafts.edit, name="evidence_edit"),
    path("evidence/<slug:ref>/about/", drafts.about, name="evidence_about"),
    path("evidence/<slug:ref>/attach/", drafts.attach, name="evidence_attach"),
    path("evidence/<slug:ref>/check/", drafts.check, name="evidence_check"),
    path("evidence/<slug:ref>/withdraw/", supplier.withdraw, name="evidence_withdraw"),
    path("evidence/<slug:ref>/again/", supplier.again, name="evidence_again"),
    path("evidence/<slug:ref>/files/<int:file_id>/", files.evidence_file, name="evidence_file"),
    path(
        "evidence/<slug:ref>/files/<int:file_id>/remove/",
        drafts.remove_file,
        name="evidence_file_remove",
    ),
    path("evidence/<slug:ref>/questionnaire/", questionnaire.tasks, name="questionnaire"),
    path(
        "evidence/<slug:ref>/questionnaire/answers/",
        questionnaire.answers,
        name="questionnaire_answers",
    ),
    path(
        "evidence/<slug:ref>/questionnaire/answers.json",
        questionnaire.download,
        name="questionnaire_download",
    ),
    path(
        "evidence/<slug:ref>/questionnaire/comparison/",
        questionnaire.comparison,
        name="questionnaire_comparison",
    ),
    path(
        "evidence/<slug:ref>/questionnaire/<slug:code>/",
        questionnaire.section,
        name="questionnaire_section",
    ),
    path("evidence/<slug:ref>/revoke/", revoking.revoke, name="evidence_revoke"),
    path("evidence/<slug:ref>/answer/", thread.answer, name="evidence_answer"),
    path("evidence/<slug:ref>/history.json", page.history, name="evidence_history"),
    path("evidence/<slug:ref>/said/<int:file_id>/", files.message_file, name="evidence_said_file"),
    path("about-machine-reports/", reports.about, name="about_machine_reports"),
    path("assessment/interests/", interests.interests, name="interests"),
    path("assessment/interests/<int:id>/end/", interests.end_interest, name="interest_end"),
    path("assessment/<slug:ref>/", assessor.assessment, name="assessment"),
    path("assessment/<slug:ref>/take-up/", claims.take_up, name="assessment_take_up"),
    path("assessment/<slug:ref>/put-back/", claims.put_back, name="assessment_put_back"),
    path("assessment/<slug:ref>/keep/", claims.keep, name="assessment_keep"),
    path("assessment/<slug:ref>/ask/", thread.ask, name="assessment_ask"),
    path("assessment/<slug:ref>/accept/", assessor.accept, name="assessment_accept"),
    path("assessment/<slug:ref>/return/", assessor.return_, name="assessment_return"),
]
