"""Screening of many structures: sources, the run and its store, where the work is done."""
