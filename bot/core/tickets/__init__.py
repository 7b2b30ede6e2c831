"""A ticket: its states, its text as data, and the commands that change it; no network, no framework."""
