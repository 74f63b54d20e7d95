"""The scenarios, a file each: its docstring says what it is, `SCENARIO` how it is played."""
