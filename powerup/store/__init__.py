"""Tables, mapping, repositories, migrations: the only room that speaks SQL."""
