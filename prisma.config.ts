import { defineConfig } from 'prisma/config'

/** For Prisma's command line only (`npm run prisma -- …`); the product connects by its own settings. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Prisma's own env() makes even `generate` fail when the variable is unset.
  datasource: { url: process.env.DATABASE_URL ?? '' },
})
