"""What a line of a list says about a submission."""

from registry.evidence.models import Submission


def standards_of(submission: Submission) -> tuple[str, ...]:
    """The codes it speaks to, in order, each once."""
    codes = {criterion.version.standard.code for criterion in submission.criteria.all()}
    return tuple(sorted(codes))
