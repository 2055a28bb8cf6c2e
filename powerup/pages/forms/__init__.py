"""Forms of actions: drawn from the schema of what an action takes, and read back from what a browser sends.

What a person typed is kept as it was typed, by the name of its field, and a form is always drawn from that; so nothing
is lost by an error, another choice, or a group more or less. A field is named as its member is pointed at in a press,
without the first slash: `input/plans/0/every`.
"""
