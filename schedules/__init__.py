"""What should happen and when: pure rules and the starter office.

Text, values and `now` come in; values with reasons go out. No database, broker, network, clock, file or environment.
Open first: `schedules/grammar.py` (what a clerk may write), then `schedules/ladder.py` (what is decided).
"""
