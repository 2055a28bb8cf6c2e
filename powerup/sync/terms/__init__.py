"""What terms do on their days: contracts renew by themselves, reminders become tasks."""
