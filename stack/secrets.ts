import { randomBytes, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { StartFailure } from './start-failure.ts'

const schema = z.object({
  postgresPassword: z.string().min(16),
  portalToken: z.string().min(16),
  portalCallbackSecret: z.string().min(16),
  demoApiKey: z.string().min(16),
})
/** What the parts of one embedded stack know each other by; made once per data folder, owner-only. */
export type Secrets = z.output<typeof schema>

/** Reads the secrets, or makes them on the first start. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return makeSecrets(file)
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new StartFailure(
      `Файл ${file} испорчен.`,
      'восстановите его из копии; без него база данных этой папки не откроется',
      cause,
    )
  }
}

async function makeSecrets(file: string): Promise<Secrets> {
  const word = () => randomBytes(24).toString('base64url')
  const secrets: Secrets = {
    postgresPassword: word(),
    portalToken: word(),
    portalCallbackSecret: word(),
    demoApiKey: `gonets-demo-${word()}`,
  }
  const temporary = `${file}.${randomUUID()}`
  await writeFile(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await link(temporary, file).finally(() => rm(temporary, { force: true }))
  return secrets
}
