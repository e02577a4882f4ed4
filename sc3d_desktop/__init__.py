"""SC3D Desktop: edit the occupancies of a crystal and watch its predicted Tc."""

__version__ = "0.1.0"
