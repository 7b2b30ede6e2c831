"""What Inkling says in Slack, as pure builders: ids, text and blocks; nothing is posted, read or stored here."""
