"""Our own services, one module for each provider."""
