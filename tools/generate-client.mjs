// Writes prisma/generated from prisma/schema.prisma. The Prisma CLI insists on a schema engine binary it does not
// use for `generate`; naming any existing file keeps it from downloading one, so this works without a network.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const cli = 'node_modules/prisma/build/index.js'
if (!existsSync(cli)) {
  console.log('prisma is not installed (production install): the generated client must already be in prisma/generated')
  process.exit(0)
}
const run = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  encoding: 'utf8',
})
if (run.status !== 0) {
  console.error(run.stdout, run.stderr)
  process.exit(run.status ?? 1)
}
