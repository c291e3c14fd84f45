"""Whether a run is worse than its baseline, where, and whether that is noise."""
