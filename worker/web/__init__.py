"""The pages and the API: a request in, one use case, HTML or JSON out.

A request opens and ends its own transaction; GET never acts. No rule and no SQL lives here.
Open first: `worker/web/app.py`.
"""
