"""Loading, dumping, seeding and enrolling."""
