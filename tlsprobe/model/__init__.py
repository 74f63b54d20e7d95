"""The nouns of the answer: observation and reference in, finding and verdict out, report around all.

`paths` and `naming` hold an observation against a reference in the two ways that most checks begin
with; `jsonable` alone knows how a report is written down.
"""
