"""Pure rules of evidence: how long it lasts, and what a file may be."""
