"""Benches: each prints what it compares, ours and the peers' in one run."""
