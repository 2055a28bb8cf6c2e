"""What people read of contracts and visits: cards, forecast, why, attention; nothing here changes anything."""
