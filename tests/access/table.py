"""The table: every address of the registry, who gets what there, by GET and by POST.

A URL that is not in it fails `test_every_address_is_in_the_table`. To add one: say what it is
about (`kwargs`), what a form sends (`data`), who is let in, and what the others are told.
"""

from tests.access.assessment_ways import ASSESSMENT
from tests.access.open_ways import ACCOUNTS, API, PUBLIC
from tests.access.people_ways import NOTIFICATIONS, PEOPLE
from tests.access.precheck_ways import PRECHECKS
from tests.access.questionnaire_ways import QUESTIONNAIRES
from tests.access.report_ways import REPORTS
from tests.access.whatif_ways import DRAFTS
from tests.access.working_ways import CASES, CONTRACTS, ENDPOINTS, EVIDENCE, HOSTS

WORK = [*HOSTS, *PRECHECKS, *CONTRACTS, *CASES, *EVIDENCE, *ASSESSMENT, *QUESTIONNAIRES, *REPORTS]
TABLE = [*PUBLIC, *API, *ENDPOINTS, *WORK, *DRAFTS, *ACCOUNTS, *NOTIFICATIONS, *PEOPLE]
