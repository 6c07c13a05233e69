"""The words of standards: each label and colour is said here, once."""

from django.db import models


class CapabilityGroup(models.TextChoices):
    """Where a capability comes from."""

    NATIONAL = "national", "National capability"
    TRAIT = "trait", "Trait"


class StandardClass(models.TextChoices):
    """What a standard is about; the register format's `class`."""

    INTEROPERABILITY = "technical_interop", "Interoperability"
    CLINICAL_SAFETY = "clinical_safety", "Clinical safety"
    SECURITY = "security", "Security"
    INFORMATION_GOVERNANCE = "information_governance", "Information governance"
    ACCESSIBILITY = "accessibility", "Accessibility"
    IDENTIFIER = "identifier", "Identifier"
    DATA_DICTIONARY = "data_dictionary", "Data dictionary"
    PRINCIPLE = "principle", "Principle"
    GP_OVERARCHING = "overarching", "GP IT: overarching"
    GP_INTEROPERABILITY = "interoperability", "GP IT: interoperability"
    GP_CAPABILITY = "capability_specific", "GP IT: capability-specific"
    GP_CONTEXT = "context_specific", "GP IT: context-specific"


# product.md: acceptance of evidence on these needs a second assessor.
SECOND_ASSESSOR_CLASSES = frozenset({StandardClass.CLINICAL_SAFETY, StandardClass.SECURITY})


class Standing(models.TextChoices):
    """Whether a standard binds on a day: a word for the dates of its scope."""

    MANDATORY = "mandatory", "Mandatory"
    COMING = "coming", "Becoming mandatory"
    ENDED = "ended", "No longer mandatory"
    ADVISORY = "advisory", "Advisory"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"mandatory": "blue", "coming": "purple", "ended": "grey", "advisory": "white"}[
            self.value
        ]


class Edition(models.TextChoices):
    """Where an edition stands on a day: a word for its dates, not a second truth."""

    COMING = "coming", "Not yet accepted"
    ACCEPTED = "accepted", "Accepted"
    RETIRING = "retiring", "Accepted, being retired"
    RETIRED = "retired", "Retired"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"coming": "purple", "accepted": "green", "retiring": "yellow", "retired": "grey"}[
            self.value
        ]


class Verification(models.TextChoices):
    """Whether the source of a fact was checked again."""

    VERIFIED = "verified", "Verified"
    UNVERIFIED = "unverified", "Unverified"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {"verified": "green", "unverified": "orange"}[self.value]


class Level(models.TextChoices):
    """How binding a criterion is. Only MUST decides a verdict."""

    MUST = "MUST", "Must"
    SHOULD = "SHOULD", "Should"
    MAY = "MAY", "May"


class Form(models.TextChoices):
    """Forms of evidence."""

    DOCUMENT = "document", "Document"
    DECLARATION = "declaration", "Declaration"
    TEST_REPORT = "test_report", "Test report"
    CERTIFICATE = "certificate", "Certificate"
    CONFORMANCE_STATEMENT = "conformance_statement", "Conformance statement"
    PUBLISHED_ASSESSMENT = "published_assessment", "Published assessment"
    SAFETY_CASE_REPORT = "safety_case_report", "Clinical safety case report"
    HAZARD_LOG = "hazard_log", "Hazard log"
    CRM_PLAN = "crm_plan", "Clinical risk management plan"
    NAMED_CSO = "named_cso", "Named clinical safety officer"
    DPIA = "dpia", "Data protection impact assessment"
    REGISTRATION = "registration", "Registration"
    STATEMENT_OF_APPLICABILITY = "statement_of_applicability", "Statement of applicability"
    ONBOARDING_CERTIFICATE = "onboarding_certificate", "Onboarding certificate"
    QUESTIONNAIRE = "questionnaire", "Questionnaire"
    MACHINE_REPORT = "machine_report", "Machine report"
