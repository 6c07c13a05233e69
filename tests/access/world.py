"""One of everything that has an address, and one person of every role.

Aldermoor supplies, the ICB buys, a rival and another buyer look on. What only some may know
of is made of words that stand nowhere else (`secrets`), so that a leak can be searched for.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.phaseout import services as phaseout
from procurement.phaseout.models import Case
from procurement.whatif import services as whatif
from procurement.whatif.enums import ChangeKind
from registry.accounts.models import Role, User
from registry.catalogue.enums import SupplierRole
from registry.common.periods import period
from registry.compliance import services as compliance
from registry.evidence import services as evidence
from registry.evidence.models import Submission
from registry.evidence.rules.questionnaire import Reply
from registry.evidence.services import Answers
from registry.probes.models import Precheck
from registry.probes.services import maintaining
from registry.standards.enums import StandardClass
from registry.standards.models import Standard
from tests import factories
from tests.access.people_world import add_messages_and_invitations
from tests.access.report_world import add_report_and_token
from tests.evidence.files import SOUND
from tests.evidence.questionnaire import conftest as questionnaires
from tests.evidence.questionnaire.sheets import passing
from tests.factories import A_STORY
from tests.phaseout import stories
from tests.probes.proving import make_control

MEMBERS = frozenset({"supplier_owner", "supplier_editor"})
NATIONAL = frozenset(Role.values)
OTHERS = frozenset({"outsider", "buyer", "other_buyer", "rival_editor"})
NOBODY = frozenset({"nobody"})
EVERYBODY = NOBODY | OTHERS | MEMBERS | NATIONAL

PASSWORD = "nine wet llamas"
# What the endpoints said of themselves, first and last.
BODIES = ("a" * 64, "b" * 64)
LAPSE = date(2026, 9, 1)
ISSUED, UNTIL = date(2026, 6, 1), date(2027, 6, 1)
# The standards of the cases, by where each case stands.
CASES = {
    "flagged": "DCB0129",
    "in_triage": "DCB0160",
    "healed": "DCB1596",
    "proposed": "DCB3058",
    "issued": "ISB1500",
}


@dataclass
class World:
    """The people by role (`None` is nobody), the things by name, and who may read what."""

    now: datetime
    people: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)
    # Words to the roles that may read them.
    secrets: dict[str, frozenset[str]] = field(default_factory=dict)

    def __getattr__(self, name: str):
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None


def build(now: datetime) -> World:
    """Make everything, as it stands at `now`."""
    world = World(now)
    _people(world)
    _catalogue(world)
    _cases(world)
    _evidence(world)
    _questionnaires(world)
    add_report_and_token(world)
    _endpoints(world)
    _contracts(world)
    _drafts(world)
    add_messages_and_invitations(world)
    _secrets(world)
    return world


def _people(world: World) -> None:
    aldermoor = factories.make_supplier("aldermoor", "Aldermoor Health Systems")
    rival = factories.make_supplier("brackenfell", "Brackenfell Software")
    icb = factories.make_organisation("QOQ", "NHS Humber and North Yorkshire ICB")
    other = factories.make_organisation("QHM", "NHS North East and North Cumbria ICB")
    world.things |= {"supplier": aldermoor, "rival": rival, "icb": icb, "other_icb": other}
    world.people = {
        "nobody": None,
        "outsider": factories.make_user("outsider@example.test"),
        "buyer": factories.make_buyer(icb, "buyer@icb.test"),
        "other_buyer": factories.make_buyer(other, "buyer@other.test"),
        "supplier_owner": factories.make_member(
            aldermoor, "owner@aldermoor.test", SupplierRole.OWNER
        ),
        "supplier_editor": factories.make_member(aldermoor, "editor@aldermoor.test"),
        "rival_editor": factories.make_member(rival, "editor@brackenfell.test"),
    }
    for role in Role:
        world.people[role.value] = factories.make_user(f"{role.value}@national.test", role=role)
    hashed = make_password(PASSWORD)
    for person in filter(None, world.people.values()):
        person.password = hashed
        person.save(update_fields=["password"])


def _catalogue(world: World) -> None:
    product = factories.make_product("aldermoor-record", supplier=world.supplier)
    draft = factories.make_product(
        "aldermoor-hush", supplier=world.supplier, name="Aldermoor Unannounced", state="draft"
    )
    theirs = factories.make_product("brackenfell-notes", supplier=world.rival)
    unseen = factories.make_supplier("corrowdale", "Corrowdale Stealth")
    factories.make_product("corrowdale-hush", supplier=unseen, state="draft")
    accessibility = factories.make_standard("WCAG", standard_class=StandardClass.ACCESSIBILITY)
    version = factories.make_version(accessibility, "2.2")
    audit = factories.make_criterion(version, "AUDIT", proofs=("test_report",))
    factories.make_criterion(
        version, "PATIENT", proofs=("machine_report",), requirements=["uk_core_patient"]
    )
    world.things |= {"product": product, "draft_product": draft, "theirs": theirs}
    world.things |= {"standard": accessibility, "criterion": audit, "unseen": unseen}


def _cases(world: World) -> None:
    """One case for each step that can be taken."""
    officer, approver = world.people["case_officer"], world.people["approver"]
    made = {}
    for name, code in CASES.items():
        made[name] = stories.make_document_standard(code, legal_basis="An Act")
        stories.make_proved(world.product, made[name], valid=(None, LAPSE))
    stories.refresh(world.product, now=world.now)
    cases = {name: Case.objects.get(standard=standard) for name, standard in made.items()}
    for name in ("in_triage", "healed", "proposed", "issued"):
        phaseout.start_triage(case=cases[name], by=officer, now=world.now)
    words = "Wintergreen: show the document."
    world.things["notice"] = stories.propose(cases["proposed"], officer, world.now, text=words)
    issued = stories.propose(cases["issued"], officer, world.now, text="Bogbean: show it.")
    phaseout.issue_notice(notice=issued, by=approver, now=world.now)
    stories.make_proved(world.product, made["healed"])
    stories.refresh(world.product, now=world.now)
    world.things |= {f"case_{name}": case for name, case in cases.items()}


def _evidence(world: World) -> None:
    """A submission in each state; of each a file, a reference and an exclusion nobody else has."""
    assessor = world.people["assessor"]
    world.things["draft"] = _draft(world, "Asphodel")
    for name, word in (("submitted", "Butterbur"), ("claimed", "Celandine")):
        world.things[name] = _submit(world, _draft(world, word))
    evidence.take_up(submission=world.claimed, by=assessor, now=world.now)
    returned = _submit(world, _draft(world, "Dropwort"))
    evidence.take_up(submission=returned, by=assessor, now=world.now)
    world.things["returned"] = evidence.return_(
        submission=returned,
        reason="Eyebright is missing.",
        what_would_do="Figwort would do.",
        by=assessor,
        now=world.now,
    )
    accepted = _submit(world, _draft(world, "Groundsel"))
    evidence.take_up(submission=accepted, by=assessor, now=world.now)
    _thread(world)
    world.things["accepted"] = evidence.accept(
        submission=accepted,
        valid=period(ISSUED, UNTIL),
        reason="The report is sound.",
        by=assessor,
        now=world.now,
    )


def _thread(world: World) -> None:
    """A submission that its assessor asked about, and an interest that keeps nobody from it."""
    assessor = world.people["assessor"]
    world.things["asked"] = _submit(world, _draft(world, "Ironwort"))
    evidence.take_up(submission=world.asked, by=assessor, now=world.now)
    world.things["question"] = evidence.ask(
        submission=world.asked,
        text="Lungwort: which release?",
        uploads=[SimpleUploadedFile("Masterwort.csv", SOUND["csv"])],
        by=assessor,
        now=world.now,
    )
    world.things["interest"] = evidence.declare_interest(
        supplier=factories.make_supplier("moorside", "Moorside Care"),
        reason="Navelwort runs it.",
        since=date(2026, 1, 1),
        last_day=None,
        by=assessor,
        now=world.now,
    )


def _draft(world: World, word: str) -> Submission:
    editor = world.people["supplier_editor"]
    asked = {"by": editor, "now": world.now}
    draft = evidence.start_submission(
        product=world.product, form="test_report", criteria=[world.criterion.pk], **asked
    )
    upload = SimpleUploadedFile(f"{word}-file.csv", SOUND["csv"])
    evidence.attach_file(submission=draft, upload=upload, **asked)
    answers = Answers(
        criteria=[world.criterion.pk],
        issuer="Fellside Test House",
        reference=f"{word}-reference",
        issued_on=ISSUED,
        valid_until=UNTIL,
        exclusions=f"{word}-exclusion",
        links=[f"https://{word.lower()}-link.example.test/"],
    )
    return evidence.save_submission(submission=draft, answers=answers, **asked)


def _submit(world: World, draft: Submission) -> Submission:
    return evidence.submit(submission=draft, by=world.people["supplier_editor"], now=world.now)


def _questionnaires(world: World) -> None:
    """A draft that was begun, and one that was sent: each says what nobody else says."""
    editor = world.people["supplier_editor"]
    criterion = questionnaires.make_criterion()
    for name, word in (("questionnaire_draft", "Honesty"), ("questionnaire_sent", "Icegreen")):
        draft = questionnaires.make_draft(world.product, [criterion], editor, world.now)
        replies = passing(B2=Reply(f"{word} shows the record."))
        questionnaires.answer(draft, replies, editor, world.now)
        world.things[name] = draft
    world.things["questionnaire_sent"] = _submit(world, draft)


def _endpoints(world: World) -> None:
    world.things |= {
        "endpoint": factories.make_endpoint(
            world.product, vouch_reason="Hemlock said so.", vouched_by=world.people["assessor"]
        ),
        "unproved": factories.make_endpoint(
            world.product, "https://new.example.test/r4", control="unproved"
        ),
        "draft_endpoint": factories.make_endpoint(
            world.draft_product, "https://ivywort.example.test/r4"
        ),
        "paused_endpoint": factories.make_endpoint(world.product, "https://paused.example.test/r4"),
    }
    world.things["precheck"] = _precheck(world)
    for name, authority, fields in (
        ("host", "hyssop.example.test", {}),
        ("their_host", "lovage.example.test", {"supplier": world.rival}),
        ("withdrawn_host", "betony.example.test", {"state": "withdrawn", "due_at": None}),
    ):
        officer = world.people["case_officer"]
        decided = {"decided_by": officer, "reason": "Vervain was sold."} if fields else {}
        world.things[name] = make_control(
            **{"supplier": world.supplier, "authority": authority} | fields | decided,
            by=world.people["supplier_editor"],
        )
    before, officer = world.now - timedelta(hours=1), world.people["assessor"]
    paused = world.paused_endpoint
    for target in ({"endpoint": paused}, {"host": paused.host}):
        factories.make_pause(**target, since=before, by=officer, reason="Quillwort asked for it.")
    for name, starts in (("window", 20), ("draft_window", 22)):
        world.things[name] = maintaining.declare_window(
            endpoint=world.endpoint if name == "window" else world.draft_endpoint,
            starts=datetime.combine(date(2026, 7, 2), time(starts)),
            ends=datetime.combine(date(2026, 7, 2), time(starts + 1)),
            weekly=False,
            note="New discs",
            by=world.people["supplier_editor"],
            now=world.now,
        )
    for sha256, content in zip(BODIES, (b'{"a": 1}', b'{"a": 2}'), strict=True):
        factories.make_body(content, sha256)
    for name in ("endpoint", "draft_endpoint"):
        for hours, sha256 in enumerate(BODIES):
            factories.make_visit(
                world.things[name],
                world.now - timedelta(hours=9 - hours),
                captures={"metadata": {"status": 200, "sha256": sha256, "bytes": 8}},
            )


def _precheck(world: World) -> Precheck:
    """One that has ended, an hour ago."""
    finding = dict.fromkeys(("message", "expected", "actual", "where"), "Meadowsweet.")
    return Precheck.objects.create(
        supplier=world.supplier,
        product=world.product,
        asked_by=world.people["supplier_editor"],
        url="https://larkspur.example.test/r4",
        host="larkspur.example.test",
        profile="fhir-r4",
        asked_at=world.now - timedelta(hours=1),
        finished_at=world.now - timedelta(hours=1),
        report={
            "url": "https://larkspur.example.test/r4",
            "profile": "fhir-r4",
            "at": world.now.isoformat(),
            "outcome": "answered",
            "detail": "",
            "timings": {},
            "tls": {},
            "captures": {},
            "findings": [finding | {"check": "tls.version", "result": "fail", "points": []}],
        },
    )


def _contracts(world: World) -> None:
    world.things["contract"] = factories.make_contract(
        world.icb, world.product, ref="QOQ/2026-017", title="Juniper record", value="412000.00"
    )
    compliance.refresh(product_ids=None, now=world.now, cause=A_STORY)


def _drafts(world: World) -> None:
    """One that is drawn up, and one that a second editor proposed."""
    second = factories.make_user("second.editor@national.test", role=Role.STANDARDS_EDITOR)
    asked = {"by": second, "now": world.now}
    wanted = whatif.Wanted(
        kind=ChangeKind.ADD_SCOPE,
        standard=Standard.objects.get(code="WCAG"),
        period=period(date(2026, 11, 1), None),
    )
    for name, title in (("whatif", "Tamarisk"), ("whatif_proposed", "Sorrel")):
        draft = whatif.start_draft(title=title, reason=f"{title}-reason", **asked)
        whatif.add_change(draft=draft, wanted=wanted, **asked)
        world.things[name] = draft
    world.things["whatif_proposed"] = whatif.propose(draft=draft, **asked)


def _secrets(world: World) -> None:
    team = MEMBERS | NATIONAL
    world.secrets = {
        "Asphodel": MEMBERS,
        "asphodel-link": MEMBERS,
        world.draft.ref: MEMBERS,
        "Unannounced": team,
        "aldermoor-hush": team,
        "ivywort": team,
        "Corrowdale": NATIONAL,
        "corrowdale": NATIONAL,
        "Eyebright": team,
        "Figwort": team,
        "Hemlock": team,
        "larkspur": team,
        "Meadowsweet": team,
        "hyssop": team,
        "betony": team,
        "Vervain": team,
        "lovage": NATIONAL | {"rival_editor"},
        "Quillwort": team,
        "Juniper": team | {"buyer"},
        world.contract.ref: team | {"buyer"},
        "412,000": team | {"buyer"},
        "Wintergreen": NATIONAL,
        "Tamarisk": frozenset({"standards_editor"}),
        "Sorrel": frozenset({"standards_editor"}),
        "Bogbean": team | {"buyer"},
        "Honesty": MEMBERS,
        "Icegreen": team,
        "Mugwort": MEMBERS | {"assessor", "auditor"},
    }
    for word in ("Yarrow", "Zedoary"):
        world.secrets[word] = frozenset({"supplier_owner", "administrator", "auditor"})
    world.secrets["valerian"] = MEMBERS | {"administrator", "auditor"}
    world.secrets |= {"Lungwort": team, "Masterwort": team}
    world.secrets["Navelwort"] = frozenset({"assessor", "auditor", "administrator"})
    for word in ("Butterbur", "Celandine", "Dropwort", "Groundsel", "Ironwort"):
        world.secrets |= {word: team, f"{word.lower()}-link": team}
    for name in ("submitted", "claimed"):
        world.secrets[world.things[name].ref] = team
    for who in ("assessor", "case_officer"):
        world.secrets[world.people[who].email] = team
    for who in ("supplier_editor", "supplier_owner"):
        world.secrets[world.people[who].email] = team
