import { defineConfig } from 'prisma/config'

/** For Prisma's command line only (`npm run prisma -- …`); the product connects by its own settings. */
// biome-ignore lint/style/noDefaultExport: Prisma asks for it
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Prisma's own env() makes even `generate` fail when the variable is unset.
  // biome-ignore lint/style/noProcessEnv: a tool's configuration, not the product's
  datasource: { url: process.env.DATABASE_URL ?? '' },
})
