"""What changes work orders at the host: visits are decided, ordered and looked up, orders are moved and taken back."""
