"""What a running node does by itself: renewing, forgetting, wiping, backups."""
