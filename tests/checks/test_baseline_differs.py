"""The check `baseline-differs`."""
