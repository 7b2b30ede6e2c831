"""Reading what strangers wrote, in a process of its own that may be lost; no settings, no database, no other room."""
