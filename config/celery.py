"""The Celery application and its static schedule (stack.md: a schedule in code).

Celery only carries work: every task finds what it has to do in rows, so a lost
or doubled message does no harm.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_time_limit=600,
    task_soft_time_limit=540,
    broker_connection_retry_on_startup=True,
    timezone="Europe/London",
    enable_utc=True,
    task_serializer="json",
    accept_content=["json"],
)
app.autodiscover_tasks()

# The keys are what the status page calls each task.
app.conf.beat_schedule = {
    "Clearing away files that no evidence holds": {
        "task": "evidence.sweep_files",
        "schedule": 21600.0,
    },
    "Sending emails": {"task": "notifications.send", "schedule": 10.0},
    # Half past seven in London comes once a day; the rest of the day it finds nothing.
    "Gathering the daily emails": {"task": "notifications.gather", "schedule": 300.0},
    # A day that begins brings some; the rest of the day it finds nothing.
    "Reminding suppliers of evidence that ends": {
        "task": "evidence.remind",
        "schedule": 10800.0,
    },
    "Scanning files for viruses": {"task": "evidence.scan_files", "schedule": 10.0},
    # A day that begins brings pairs inside the horizon; the rest of the day it finds nothing.
    "Opening cases for products that stop being compliant": {
        "task": "phaseout.flag_due",
        "schedule": 1800.0,
    },
    "Working out compliance again": {"task": "compliance.refresh_owed", "schedule": 10.0},
    # A day that begins ends some; the rest of the day it finds nothing.
    "Renewing what lists read of products": {
        "task": "compliance.renew_stretches",
        "schedule": 600.0,
    },
    "Finding endpoints that are due for a visit": {"task": "probes.claim_due", "schedule": 5.0},
    # Somebody waits for it. One that no worker took in time is dropped: the rows remember.
    "Running pre-checks": {
        "task": "probes.run_prechecks",
        "schedule": 2.0,
        "options": {"expires": 10.0},
    },
    "Finding proofs of control that must be looked for": {
        "task": "probes.claim_proofs",
        "schedule": 5.0,
    },
    # What registering and proving have not seen: files, and products that passed on.
    "Letting endpoints follow who controls their host": {
        "task": "probes.settle_control",
        "schedule": 60.0,
    },
    # A month's room is made three months ahead; visits grow old by the day.
    "Making room for visits to come and clearing old ones away": {
        "task": "probes.keep_visits",
        "schedule": 21600.0,
    },
    "Ending check results that have gone stale": {"task": "probes.sweep", "schedule": 60.0},
}
