"""Pages of standards editors: drafts, what they would do, and the decision on them."""
