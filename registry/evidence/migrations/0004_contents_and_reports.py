"""Contents of files have a row of their own, with their scan; machines' reports are read."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

_FILL = """
INSERT INTO evidence_storedcontent
    (sha256, size, scan, signature, kept_at, attempts, trouble)
SELECT sha256, min(size), 'unscanned', '', min(uploaded_at), 0, ''
FROM evidence_evidencefile GROUP BY sha256;
UPDATE evidence_evidencefile SET uploaded_sha256 = sha256;
"""
_STATES = [
    ("unscanned", "Not scanned for viruses"),
    ("waiting", "Being scanned for viruses"),
    ("clean", "No virus found"),
    ("infected", "Infected"),
    ("failed", "Could not be scanned yet"),
]


def _texts(length):
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=length), blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_questionnaire")]

    operations = [
        migrations.CreateModel(
            name="StoredContent",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.PositiveIntegerField()),
                ("scan", models.CharField(choices=_STATES, default="unscanned", max_length=10)),
                ("signature", models.CharField(blank=True, max_length=200)),
                ("scanned_at", models.DateTimeField(blank=True, null=True)),
                ("kept_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("trouble", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["kept_at", "sha256"],
                "indexes": [
                    models.Index(
                        condition=Q(("scan__in", ["unscanned", "waiting", "failed"])),
                        fields=["due_at"],
                        name="evidence_scans_owed",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            ("scan__in", ["unscanned", "waiting", "clean", "infected", "failed"])
                        ),
                        name="evidence_scan_state",
                    ),
                    models.CheckConstraint(
                        condition=Q(("scan", "infected")) ^ Q(("signature", "")),
                        name="evidence_infected_by_something",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="evidencefile",
            name="uploaded_sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(model_name="evidencefile", name="removed", field=_texts(100)),
        migrations.AddField(
            model_name="evidencefile", name="was_signed", field=models.BooleanField(default=False)
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="evidencefile", name="evidence_file_once_a_submission"
        ),
        migrations.RenameField(model_name="evidencefile", old_name="sha256", new_name="content"),
        migrations.AlterField(
            model_name="evidencefile",
            name="content",
            field=models.ForeignKey(
                db_column="sha256",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="evidence.storedcontent",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.UniqueConstraint(
                fields=("submission", "content"), name="evidence_file_once_a_submission"
            ),
        ),
        migrations.CreateModel(
            name="MachineReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fhir_test_report", "FHIR TestReport"),
                            ("inferno", "Inferno results"),
                        ],
                        max_length=20,
                    ),
                ),
                ("tool", models.CharField(max_length=200)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("tester", models.CharField(blank=True, max_length=200)),
                ("issued_on", models.DateField(blank=True, null=True)),
                ("results", models.JSONField()),
                ("known", models.JSONField(default=dict)),
                ("read_at", models.DateTimeField()),
                ("token", models.CharField(blank=True, max_length=100)),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report",
                        to="evidence.evidencefile",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="evidence.submission",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
