"""Every edge: processes, clock, settings, channels, command line and web.

Here the parts are wired together and the outside is touched. No business rule lives here and no `if`
about dates: rules are in `schedules`, use cases in `tasks`. Only `worker.clock` reads a clock, only
`worker.settings` the environment.
Open first: `worker/bootstrap.py` (what one process is made of), then `worker/app.py`.
"""
