"""Boutique, a small shop that never was: synthetic customers, what its hosted account holds, and the truth about it."""
