"""The board and what stands behind it, for those who supervise: they look, urge, decide, export."""
