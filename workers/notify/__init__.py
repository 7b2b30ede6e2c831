"""The only poster to Slack: handlers that show the present state of a report, draft or question."""
