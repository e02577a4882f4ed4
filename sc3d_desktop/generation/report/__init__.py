"""The report of the generator: how often it reaches what was asked, by judges that may disagree."""
