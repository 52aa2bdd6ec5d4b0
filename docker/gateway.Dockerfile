# The gateway as its wheel installs it: the same code as the demo, against databases that the environment names.
FROM python:3.12-slim-bookworm AS build
WORKDIR /source
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN python -m sphinx -b html -q -d /tmp/doctrees docs gateway/site
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.12-slim-bookworm
WORKDIR /srv/gateway
COPY requirements-run.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements-run.lock
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --no-deps /wheels/*.whl
RUN install --directory --owner=nobody --mode=0700 /spool
USER nobody
VOLUME /spool
EXPOSE 8000
CMD ["jmmc-gateway", "serve"]
