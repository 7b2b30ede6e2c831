"""Slack's way in: requests are checked, kept in the inbox and acknowledged; what they mean, workers.intake decides."""
