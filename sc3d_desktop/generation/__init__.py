"""Generating candidates: what is asked for, how they are made, judged and kept."""
