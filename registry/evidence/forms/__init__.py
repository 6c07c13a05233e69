"""What suppliers and assessors fill in."""
