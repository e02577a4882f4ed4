"""Improve the shipped model on further records, judge what came of it, and keep it as a version."""
