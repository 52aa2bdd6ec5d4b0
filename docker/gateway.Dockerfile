# The gateway: the same code as the demo, against databases that the environment names.
FROM python:3.12-slim-bookworm
WORKDIR /srv/gateway
COPY requirements.lock pyproject.toml ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .
RUN python -m sphinx -b html -q -d /tmp/doctrees docs gateway/static/docs
# Compiled here: nobody may write beside the modules, and would compile them at each start.
RUN python -m compileall -q .
RUN install --directory --owner=nobody --mode=0700 /spool
USER nobody
VOLUME /spool
EXPOSE 8000
CMD ["python", "-m", "gateway", "serve"]
