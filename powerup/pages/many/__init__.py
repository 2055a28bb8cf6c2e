"""One contract to many: the list of what each is for, before all of it is shown and confirmed as a bulk run."""
