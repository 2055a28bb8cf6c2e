"""Pages for the office: people see and change contracts here, in their host's frame or signed in on their own.

One folder per page, with its view and its template; what all of them stand on lies in this folder. Pages read through
`powerup/readings/` and change through presses: no rule and no query is written here.
"""
