"""The nouns of the answer: observation and reference in, finding and verdict out, report around all.

`paths` and `naming` hold an observation against a reference in the two ways that most checks begin
with; `jsonable` alone knows how a report is written down. `evidence` and `moments` say for which other
observations a verdict holds as well, and `memory` keeps it for them.
"""
