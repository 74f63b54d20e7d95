"""What holds for all tests."""

from hypothesis import settings

# How long an example takes depends on who else uses the machine: no test may fail by that.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
