"""Pages of the catalogue: who acts for a supplier."""
