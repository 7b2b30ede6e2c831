"""Everything on this machine, without accounts: starts what is not configured, seeds a company, plays a tour."""
