# One image for every process of Gonets; docker-compose.yml says which one a container runs.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# Database client and workflow bundle, made with the development dependencies.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma prisma
COPY tools/generate-client.mjs tools/
RUN --mount=type=cache,target=/npm-cache npm ci --cache /npm-cache --ignore-scripts && node tools/generate-client.mjs
COPY tsconfig.json ./
COPY activities activities
COPY adapters adapters
COPY domain domain
COPY tools tools
COPY worker worker
COPY workflows workflows
RUN npm run build

# What runs. Without the optional dependencies: embedded servers, a second Node, the bundler's compiler, Prisma's tools.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/npm-cache npm ci --cache /npm-cache --omit=dev --omit=optional --ignore-scripts \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# A volume mounted here takes over the owner.
RUN install -d -o node -g node /var/lib/gonets
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/prisma prisma
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY activities activities
COPY adapters adapters
COPY api api
COPY cli cli
COPY config config
COPY domain domain
COPY sandbox sandbox
COPY tools tools
COPY worker worker
COPY workflows workflows
USER 1000:1000
EXPOSE 8080
# Node handles the signals itself; the health check depends on the process and stands in docker-compose.yml.
CMD ["node", "api/main.ts"]
