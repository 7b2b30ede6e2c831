"""A stand-in for Trello over HTTP: REST, webhooks, faults on demand, a board page; nothing leaves this machine."""
