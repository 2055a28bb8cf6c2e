"""Long runs that try to break what the product promises: `python -m tests.endurance NAME` prints what came as JSON.

A run takes its time from the real clock, so settings make the waits short. CI runs a short one of each.
"""
