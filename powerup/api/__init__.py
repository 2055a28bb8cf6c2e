"""REST for other software: what the pages show and the buttons do, under `/api/v1` (the API page).

Every operation is one `Endpoint`, which names its scope, what it takes and what it answers; the OpenAPI document is
made of them. Nothing is decided here: endpoints read through `powerup/readings/` and change through presses.
"""
