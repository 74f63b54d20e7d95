"""The check `baseline-matches`."""
