# The image of Featstore's server and command line: docs/guide/containers.md.
#   docker build --tag featstore .
# Equal sources give an equal image if SOURCE_DATE_EPOCH is set, with `podman build --timestamp $SOURCE_DATE_EPOCH` or
# BuildKit's `--output type=image,rewrite-timestamp=true`.

ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

# DuckDB's extensions for S3, PostgreSQL and Iceberg, in exactly the version of @duckdb/node-api. PyPI has them by platform.
FROM $NODE_IMAGE AS extensions
RUN --mount=type=cache,target=/root/.cache/pip \
  apt-get update && apt-get install -y --no-install-recommends python3-pip unzip && mkdir -p /wheels /extensions \
  && pip3 download --disable-pip-version-check --no-deps --only-binary=:all: --dest /wheels \
    duckdb-extension-httpfs==1.5.5 duckdb-extension-postgres-scanner==1.5.5 \
    duckdb-extension-avro==1.5.5 duckdb-extension-iceberg==1.5.5 \
  && for wheel in /wheels/*.whl; do unzip -q -j "$wheel" "*.duckdb_extension" -d /extensions; done && chmod a+r /extensions/*

FROM $NODE_IMAGE AS build
WORKDIR /featstore
# The manifests first: a change of the sources does not repeat the installation.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc .pnpmfile.cjs ./
COPY feature-definitions/package.json feature-definitions/
COPY server/package.json server/
COPY sdk/typescript/package.json sdk/typescript/
COPY samples/package.json samples/
RUN --mount=type=cache,target=/root/.npm --mount=type=cache,target=/store \
  npm install --global "$(node --print 'require("./package.json").packageManager')" && pnpm config set --global store-dir /store \
  && pnpm install --frozen-lockfile --filter featstore --filter "@featstore/server..."
COPY . .
RUN pnpm --filter "@featstore/server..." run build --no-dts

FROM build AS image
RUN --mount=type=cache,target=/store \
  pnpm --filter @featstore/server --config.inject-workspace-packages=true --prod deploy /image/app
COPY --from=extensions /extensions /image/app/duckdb-extensions
# The program that makes the pipe between DuckDB and the server, with the libraries that the base image does not have.
RUN cp --dereference --parents /usr/bin/mkfifo /image \
  && cp --dereference --parents $(ldd /usr/bin/mkfifo | grep -oE "/lib/[^ ]*/(libselinux|libpcre2-8)[.][^ ]*") /image/usr
ARG SOURCE_DATE_EPOCH=0
# Only what runs, with nothing that differs from build to build. Better Auth names its test runner as an optional peer.
RUN cd /image/app/node_modules && rm -rf .modules.yaml .pnpm-workspace-state*.json .pnpm/lock.yaml ../pnpm-lock.yaml \
    .pnpm/vitest@* .pnpm/@vitest* .pnpm/vite@* .pnpm/rolldown@* .pnpm/@rolldown* .pnpm/esbuild@* .pnpm/@esbuild* \
    .pnpm/lightningcss* .pnpm/tsx@* \
  && find /image -type f \( -name "*.map" -o -name "*.d.ts" -o -name "*.d.cts" -o -name "*.d.mts" \) -delete \
  && find /image -xtype l -delete \
  && install -d -o 65532 -g 65532 /image/data \
  && find /image -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +

# Node and the C library, without a shell or a package manager. It has no tags of versions, only digests.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="Featstore" \
  org.opencontainers.image.description="Feature store: HTTP service and command line" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=image /image /
WORKDIR /app
# `/data` has training sets and datasets; the rest of the file system can be read-only.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 FEATSTORE_DATA_DIR=/data
EXPOSE 8080
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=3s --start-period=90s --retries=3 \
  CMD ["/nodejs/bin/node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/bin/featstore.js"]
CMD ["serve"]
