"""What would one treated unit have done untreated, told by units that were not treated? Synthetic control."""
