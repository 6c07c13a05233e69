"""Reads over every room: the words that the format may use, the keys, and the whole register."""
