"""Writes of the prober and of people to endpoints, captures and spells."""
