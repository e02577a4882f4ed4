"""Training and judging of the models, on data the user has."""
