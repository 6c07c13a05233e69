"""What was answered to a questionnaire."""

import pgtrigger
from django.db import models

from registry.evidence.models.submissions import Submission


class QuestionnaireAnswers(models.Model):
    """What a submission answers to the questions of one version of the form.

    They change while the submission is a draft, and never afterwards. So nothing else keeps
    their past, and the name of a clinical safety officer stands in no second place.
    """

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, related_name="questionnaire"
    )
    # Of the form: what a code asks depends on it.
    version = models.CharField(max_length=20)
    # By code, as rules.questionnaire.to_json writes them.
    replies = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="only_drafts_are_answered",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=pgtrigger.Func(
                    """
                    IF EXISTS (
                        SELECT FROM evidence_submission s
                        WHERE s.state <> 'draft' AND (
                            (TG_OP <> 'DELETE' AND s.id = NEW.submission_id)
                            OR (TG_OP <> 'INSERT' AND s.id = OLD.submission_id)
                        )
                    ) THEN
                        RAISE EXCEPTION 'what was sent is never changed';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Answers of {self.submission}"
