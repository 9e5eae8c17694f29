"""Which parts make up the weighing of offers? `liveloop.coach.offer` is their one door."""
