"""What probing means, in plain Python: no Django, no clock, no network."""
