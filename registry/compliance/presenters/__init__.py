"""What the compliance pages show, put together from selectors; no template reads a table."""
