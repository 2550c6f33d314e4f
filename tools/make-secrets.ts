import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeKeyFile } from './make-keys.ts'
import { makeDemoPki } from './pki/make-demo-pki.ts'

/** Hexadecimal: such a password means the same in an address, in YAML and in a shell. */
const word = () => randomBytes(24).toString('hex')

/** Files of docker-compose.yml that nobody else has to give. */
const OURS: Readonly<Record<string, () => string>> = {
  'postgres-password': word,
  'temporal-database-password': word,
  'database-url': () => `postgresql://gonets:${word()}@postgres:5432/gonets`,
  'portal-callback-secret': word,
  // Replace it when the consent service gave a token; without a service nobody reads it.
  'consent-token': word,
}
/** For rehearsals with the sandbox. */
const DEMO: Readonly<Record<string, () => string>> = {
  'portal-token': word,
  'smtp-url': () => 'smtp://sandbox:8025',
}
/** What the portal, the mail server and the certification authority give. */
const THEIRS = [
  ...['portal-token', 'portal-public.pem', 'smtp-url'],
  ...['signing.p12', 'signing-p12-password', 'trusted-ca.pem'],
]

/**
 * Makes the secrets a deployment needs, each readable by its owner alone. What is there stays as it is. `demo` adds
 * stand-ins for everything except `portal-public.pem`, which the sandbox makes. Returns the names that were made and
 * those still to be put there by hand.
 */
export async function makeSecrets(
  folder: string,
  { demo = false } = {},
): Promise<{ made: string[]; missing: string[] }> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const made: string[] = []
  for (const [name, content] of Object.entries(demo ? { ...OURS, ...DEMO } : OURS)) {
    if (existsSync(join(folder, name))) continue
    await writeFile(join(folder, name), `${content()}\n`, { flag: 'wx', mode: 0o600 })
    made.push(name)
  }
  if ((await makeKeyFile(join(folder, 'keys.json'))).created) made.push('keys.json')
  if (demo) made.push(...(await addDemoCertificate(folder)))
  return { made, missing: THEIRS.filter((name) => !existsSync(join(folder, name))) }
}

/** All three or none: a certificate, its password and its authority belong together. */
async function addDemoCertificate(folder: string): Promise<string[]> {
  const names = ['signing.p12', 'signing-p12-password', 'trusted-ca.pem'] as const
  if (names.some((name) => existsSync(join(folder, name)))) return []
  const pki = await mkdtemp(join(tmpdir(), 'gonets-pki-'))
  try {
    const { organization, passwordFile, caFile } = await makeDemoPki(pki)
    const sources = [organization.p12File, passwordFile, caFile]
    for (const [index, name] of names.entries())
      await copyFile(String(sources[index]), join(folder, name))
    return [...names]
  } finally {
    await rm(pki, { recursive: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder, ...flags] = process.argv.slice(2)
  if (!folder) throw new Error('usage: node tools/make-secrets.ts <folder> [--demo]')
  const { made, missing } = await makeSecrets(folder, { demo: flags.includes('--demo') })
  process.stdout.write(`made: ${made.join(', ') || 'nothing'}\n`)
  process.stdout.write(`still to be put there: ${missing.join(', ') || 'nothing'}\n`)
}
