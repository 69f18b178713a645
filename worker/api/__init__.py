"""The API for other systems of the office, under `/api/v1`: JSON in, JSON out, a key for each client. `docs/api.md` describes it."""
