// `npm run prisma -- migrate dev --name x`: Prisma's command line with the schema engine of tools/schema-engine.mjs,
// because the native one is only to be had from Prisma's own download address.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = spawnSync(
  process.execPath,
  [`${root}node_modules/prisma/build/index.js`, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      // The engine is started by its shebang: it must meet the same Node as this process.
      PATH: dirname(process.execPath) + delimiter + process.env.PATH,
      PRISMA_SCHEMA_ENGINE_BINARY: `${root}tools/schema-engine.mjs`,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
)
process.exit(run.status ?? 1)
