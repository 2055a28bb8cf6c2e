"""Migrations of the database, in the order of their numbers; run by `powerup.store.database.upgrade`."""
