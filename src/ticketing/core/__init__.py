"""What every room stands on: settings, database, clock, money, ids, states, errors, texts, observation.

Knows no room. Everything that comes from outside (time, randomness, settings) enters here, by one door each."""
