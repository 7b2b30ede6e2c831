"""What people meet: Slack, the dashboard, the API, webhooks; never calls a model or Trello, never imports workers."""
