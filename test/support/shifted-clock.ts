// Loaded into our Node children by `--import` (clocks.ts): their time of day is the machine's plus the milliseconds that
// stand in a file of the process's name at this moment. Timers and performance.now() go on as they do when a real clock jumps.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'

const RealDate = Date
const machineNow = Date.now
// biome-ignore lint/style/noProcessEnv: a preload has no other way to be told anything
const folder = process.env.TEST_CLOCKS ?? ''
/** `api/main.ts` and `worker/main.ts` are called api and worker. */
const file = join(folder, basename(dirname(process.argv[1] ?? '')))

function shiftMs(): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

const now = () => machineNow() + shiftMs()
const ShiftedDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) =>
    name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown),
})
RealDate.prototype.constructor = ShiftedDate
globalThis.Date = ShiftedDate
