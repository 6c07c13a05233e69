"""The switchboard: settings, URLs, API table of contents, Celery application. It holds no rule."""
