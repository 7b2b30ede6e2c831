"""What web and workers must agree on: settings, rows, a ticket's rules, audit, outbox; no network, no framework."""
