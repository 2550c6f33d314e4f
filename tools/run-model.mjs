// `npm run model -- 20000 [seed]`: as many worlds of test/model as asked for.
import { spawnSync } from 'node:child_process'

const [runs = '1000', seed = ''] = process.argv.slice(2)
const env = { ...process.env, GONETS_MODEL_RUNS: runs, GONETS_MODEL_SEED: seed }
const run = spawnSync('npx', ['vitest', 'run', '--project', 'model'], { stdio: 'inherit', env })
process.exit(run.status ?? 1)
