// Entry of `npm start`. Plain JavaScript, because it has to run on a Node that cannot read TypeScript, and say so.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const SECOND_TRY = 'STACK_STARTED_BY_OWN_NODE'

if (process.features.typescript) await run()
else startWithOwnNode()

async function run() {
  // Halves the time our processes take to load; kept with the code it was made from, and inherited by the children.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
    new URL('../node_modules/.cache/gonets', import.meta.url),
  )
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  const { main } = await import('./main.ts')
  const interruption = new AbortController()
  let stack
  let stops = 0
  // SIGHUP: the terminal was closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interruption.abort(new Error('прервано'))
      stops += 1
      if (stops === 1) return
      stack?.forceStop()
      process.exit(130)
    })
  }
  const code = await main({
    argv: process.argv.slice(2),
    env: process.env,
    screen: process.stdout,
    errors: process.stderr,
    interrupted: interruption.signal,
    onStack: (started) => {
      stack = started
    },
  })
  process.exit(code)
}

/** On Linux npm brings a Node that is new enough, whichever one started us. */
function startWithOwnNode() {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  if (process.env[SECOND_TRY] || !existsSync(node)) {
    process.stderr.write(
      `Нужен Node.js 24, а запущен ${process.version}.\n` +
        'Что делать: установите Node.js 24; на Linux достаточно npm install (без --omit=optional) и npm start.\n',
    )
    process.exit(1)
  }
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, [SECOND_TRY]: 'yes' },
  })
  // Ctrl-C reaches the child by itself; this process only has to outlive it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(signal ? 130 : code))
}
