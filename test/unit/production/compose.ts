import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const ROOT = join(import.meta.dirname, '..', '..', '..')
export const readText = (path: string) => readFileSync(join(ROOT, path), 'utf8')

export interface Service {
  readonly image: string
  readonly build?: string
  readonly user?: string
  readonly container_name?: string
  readonly command?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly ports?: readonly string[]
  readonly profiles?: readonly string[]
  readonly networks: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly restart?: string
  readonly stop_grace_period?: string
  readonly logging?: unknown
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, string>> } }
}
export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

/** The file as Compose sees it: anchors and merges resolved, variables not yet replaced. */
export const compose = parse(readText('docker-compose.yml'), { merge: true }) as ComposeFile
export const services = Object.entries(compose.services)

export function serviceNamed(name: string): Service {
  const service = compose.services[name]
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`)
  return service
}

/** Variables the file takes from `.env` or the shell. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name)
}

/** What a container gets, given the content of `.env`. `${NAME:-default}` and `${NAME:?message}` as Compose does. */
export function environmentOf(service: Service, dotEnv: Readonly<Record<string, string>>) {
  const own = Object.entries(service.environment ?? {}).map(([name, text]) => {
    const value = String(text).replace(
      /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
      (_, variable: string, fallback = '') => dotEnv[variable] || String(fallback),
    )
    return [name, value] as const
  })
  return { ...(service.build === undefined ? {} : dotEnv), ...Object.fromEntries(own) }
}

/** Words of command, entry point and health check. */
export function wordsOf({ command = [], entrypoint = [], healthcheck }: Service): string[] {
  return [...entrypoint, ...command, ...(healthcheck?.test ?? [])].map(String)
}
