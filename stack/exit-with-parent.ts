// Loaded into our Node children by `--import`: a supervisor that was killed cannot stop them, so they watch the IPC
// channel and stop themselves, first politely, then for certain.
import process from 'node:process'

const GRACE_MS = 5_000

if (process.channel) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  })
  // Listening would keep an otherwise finished process alive.
  process.channel.unref()
}
