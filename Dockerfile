# syntax=docker/dockerfile:1
# The service on Node 24, as user `catbird` (UID 1000). `docker build -t catbird-mls .`

# ---- compiled code -------------------------------------------------------------------------------
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --workspaces=false
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY lexicons lexicons
COPY scripts scripts
COPY docs docs
RUN npm run build && chmod +x dist/bin/catbird-mls.js

# ---- what it needs when it runs; the image has the compiler that a native part may want ----------
FROM node:24-bookworm AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --workspaces=false

# ---- the system under it -------------------------------------------------------------------------
FROM node:24-bookworm-slim AS system
# Of the version of the server that is backed up: a newer dump may not go back into it.
ARG POSTGRES_MAJOR=16
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates postgresql-common tini \
  && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
  && apt-get install -y --no-install-recommends "postgresql-client-${POSTGRES_MAJOR}" \
  && rm -rf /var/lib/apt/lists/*
# The base image has UID 1000 for a user of its own.
RUN userdel --remove node \
  && useradd --uid 1000 --user-group --create-home --shell /usr/sbin/nologin catbird \
  && install --directory --owner=catbird --group=catbird --mode=0700 /data \
  && ln -s /app/dist/bin/catbird-mls.js /usr/local/bin/catbird-mls

# ---- the image -----------------------------------------------------------------------------------
FROM system
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY migrations migrations
COPY lexicons lexicons
ENV NODE_ENV=production \
  NODE_OPTIONS="--enable-source-maps --max-semi-space-size=64" \
  SERVER_PORT=3000 \
  METRICS_PORT=9090 \
  DATA_DIR=/data
VOLUME /data
EXPOSE 3000 9090
USER catbird
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SERVER_PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["catbird-mls", "serve"]
