# duban in a container: everything from requirements.lock, checked by hash, run by a user without rights.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/duban
ENV PATH=/opt/duban/bin:$PATH
WORKDIR /source
COPY requirements.lock .
RUN pip install --quiet --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md ./
COPY schedules schedules
COPY models models
COPY tasks tasks
COPY worker worker
COPY docs/failures docs/failures
RUN pip install --quiet --no-deps --no-build-isolation .

FROM python:3.13-slim
# pg_dump and psql for `duban backup` and `restore`, of the server's version; Debian's own are older than postgres:18.
RUN apt-get update -q \
 && apt-get install -qy --no-install-recommends ca-certificates postgresql-common \
 && /usr/share/postgresql-common/pgdg/*.sh -y \
 && apt-get install -qy --no-install-recommends postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --home-dir /data duban \
 && install --directory --owner duban --group duban --mode 0700 /data
COPY --from=build /opt/duban /opt/duban
ENV PATH=/opt/duban/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DUBAN_DATA=/data DUBAN_LISTEN=0.0.0.0:8765
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8765
STOPSIGNAL SIGTERM
# All on one machine, with SQLite and the embedded Redis; docker-compose.yml runs each process by itself.
CMD ["duban", "up"]
