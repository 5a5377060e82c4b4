# Images of FaktorZ's services, one target each, and of the faktorz command:
#   docker build --target auth -t faktorz/auth .
# PostgreSQL and nats-server are not in them: these images meet servers of their own (docker-compose.yml, a cluster).
ARG NODE_VERSION=20.20-bookworm-slim

FROM node:${NODE_VERSION} AS build
WORKDIR /faktorz
COPY package.json package-lock.json .npmrc .swcrc ./
COPY apps apps
COPY libs libs
COPY tools tools
RUN npm ci --ignore-scripts && node tools/build.mjs \
 && find apps libs -type d \( -name src -o -name test \) -prune -exec rm -r {} +
# What runs needs neither the tools nor (they are optional packages) PostgreSQL's programs.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:${NODE_VERSION} AS runtime
ENV NODE_ENV=production
WORKDIR /faktorz
COPY --from=build /faktorz /faktorz
# Secrets and blobs are mounted here; a new volume takes over the directory's owner.
RUN install -d -o 1000 -g 1000 -m 0700 /run/faktorz /var/lib/faktorz/registry
USER 1000:1000
STOPSIGNAL SIGTERM

FROM runtime AS auth
CMD ["node", "apps/auth/dist/service/main.js"]

FROM runtime AS tag-tracker
CMD ["node", "apps/tag-tracker/dist/service/main.js"]

FROM runtime AS importer
CMD ["node", "apps/importer/dist/service/main.js"]

FROM runtime AS trigger-dispatcher
CMD ["node", "apps/trigger-dispatcher/dist/service/main.js"]

FROM runtime AS workloads
CMD ["node", "apps/workloads/dist/service/main.js"]

FROM runtime AS registry
CMD ["node", "apps/registry/dist/service/main.js"]

FROM runtime AS gateway
CMD ["node", "apps/gateway/dist/service/main.js"]

FROM runtime AS cli
ENTRYPOINT ["node", "apps/cli/bin/faktorz.mjs"]

# Makes the secrets of a Compose deployment, each service's in a volume of its own.
FROM runtime AS setup
USER root
RUN for name in setup postgres nats auth tag-tracker importer trigger-dispatcher workloads registry gateway; do \
      install -d -o 1000 -g 1000 -m 0755 /secrets/$name; done
USER 1000:1000
ENTRYPOINT ["node", "apps/launcher/dist/setup.js"]
