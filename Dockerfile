# Any image with Python 3.11 or newer as `python3` on the PATH will do: the official slim one,
# or the one that scripts/engine makes where no registry can be reached.
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# Only used when it is given, for a network with a package index of its own.
ARG PIP_INDEX_URL
WORKDIR /build

# pip lives in a venv of its own, so that the one that ships has none.
RUN python3 -m venv /pip && python3 -m venv --without-pip /opt/huechat

COPY requirements.txt requirements-dev.txt ./
RUN /pip/bin/pip --python /opt/huechat/bin/python install \
        --only-binary :all: --require-hashes -r requirements.txt
# The build's own tool, pinned with the tests' tools.
RUN sed -n '/^setuptools==/,/[^\\]$/p' requirements-dev.txt > requirements-build.txt \
    && /pip/bin/pip install --only-binary :all: --require-hashes -r requirements-build.txt

COPY pyproject.toml README.md LICENSE ./
COPY services services
RUN /pip/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels . \
    && /pip/bin/pip --python /opt/huechat/bin/python install --no-deps --no-index /wheels/*.whl \
    && find /opt/huechat -type d \( -name tests -o -name test -o -name testing \) -prune -exec rm -rf {} +

FROM ${BASE_IMAGE}
# Written by hand because a slim base need not have useradd.
RUN echo 'huechat:x:10001:10001:huechat:/data:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'huechat:x:10001:' >> /etc/group \
    && mkdir /data && chown 10001:10001 /data
COPY --from=builder /opt/huechat /opt/huechat
ENV PATH=/opt/huechat/bin:$PATH LANG=C.UTF-8
# The official base ships Python's library uncompiled, and a read-only container could not keep
# what it compiles: it would compile at each start, so at each health check. This run keeps it.
RUN huechat-server --help > /dev/null && huechat-client --help > /dev/null
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1 \
    HUECHAT_HOST=0.0.0.0 HUECHAT_PORT=3030 HUECHAT_DATA=/data

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="huechat" \
      org.opencontainers.image.description="Coloured group chat over plain sockets: one port, any client" \
      org.opencontainers.image.licenses="MIT AND Unicode-3.0" \
      org.opencontainers.image.version="${VERSION}"

# By number, so that "must not run as root" can be checked without reading /etc/passwd.
USER 10001:10001
VOLUME /data
WORKDIR /data
EXPOSE 3030
HEALTHCHECK --interval=2s --timeout=3s --retries=3 --start-period=10s \
    CMD python3 -m huechat.server.health "$HUECHAT_HOST" "$HUECHAT_PORT"
# The other entrypoint: docker run -it --rm huechat huechat-client
CMD ["huechat-server"]
