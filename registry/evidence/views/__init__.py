"""Pages of the evidence room: the supplier's, the assessor's, and what both see."""
