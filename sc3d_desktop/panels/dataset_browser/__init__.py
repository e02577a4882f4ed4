"""The dataset browser: what is known, and what of it is like this."""
