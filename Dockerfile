# The worker and every other command of `ugyfelkapu`, without the embedded servers and the tools of development.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# Seconds since 1970, if it is given: then compiled files name their source's hash instead of the time of this build.
ARG SOURCE_DATE_EPOCH
WORKDIR /build
COPY requirements-build.lock requirements-run.lock ./
# One environment builds, and has pip; the other is copied into the image, and has nothing but what runs.
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-deps --require-hashes -r requirements-build.lock \
 && python -m venv --without-pip /opt/ugyfelkapu \
 && /opt/build/bin/pip --python /opt/ugyfelkapu/bin/python install --no-deps --require-hashes -r requirements-run.lock
COPY . ./
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/build/bin/pip --python /opt/ugyfelkapu/bin/python install --no-deps --no-index dist/*.whl


FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin ugyfelkapu \
 && install --directory --owner=10001 --mode=0700 /var/lib/ugyfelkapu/checkpoints /var/lib/ugyfelkapu/archive
COPY --from=build /opt/ugyfelkapu /opt/ugyfelkapu
ENV PATH="/opt/ugyfelkapu/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ARG VERSION=""
ARG REVISION=""
LABEL org.opencontainers.image.title="Ügyfélkapu" \
      org.opencontainers.image.description="Registrations of a government client gate, each one durable Temporal workflow" \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="python:3.11-slim"
WORKDIR /
USER 10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["ugyfelkapu"]
CMD ["worker"]
