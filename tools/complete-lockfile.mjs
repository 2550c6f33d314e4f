// Adds to package-lock.json the packages for other platforms that the registry at hand does not hold: `npm install`
// leaves them out without a word, and `npm ci` then refuses the file everywhere. Run after every change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs'

const LOCKFILE = 'package-lock.json'
const OS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony', 'wasm32', 'wasi']
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32']

/** npm skips a package whose `os` or `cpu` is not this machine's; both stand in the names of platform packages. */
function platformOf(name) {
  const words = name.split(/[-/]/)
  const os = words.includes('windows') ? 'win32' : OS.find((known) => words.includes(known))
  const cpu = CPU.find((known) => words.includes(known))
  const libc = /musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : undefined
  return { os: [os ?? 'none'], cpu: [cpu ?? 'none'], ...(libc && { libc }) }
}

const lock = JSON.parse(readFileSync(LOCKFILE, 'utf8'))
let added = 0
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`]
    if (places.some((place) => lock.packages[place.replace(/^\//, '')])) continue
    lock.packages[`node_modules/${name}`] = { version, optional: true, ...(entry.dev && { dev: true }), ...platformOf(name) }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
if (added > 0) writeFileSync(LOCKFILE, `${JSON.stringify(lock, null, 2)}\n`)
console.log(added === 0 ? 'package-lock.json is complete' : `${added} entries added`)
