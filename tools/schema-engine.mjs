#!/usr/bin/env node
// Plays Prisma's native schema engine: the same JSON-RPC over stdio, answered by @prisma/schema-engine-wasm through
// @prisma/adapter-pg. Prisma's command line starts it (tools/prisma.mjs); nothing of the product needs it at run time.
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

if (process.argv[2] === '--version') {
  console.log('schema-engine-cli wasm')
  process.exit(0)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { datamodels: { type: 'string', multiple: true }, datasource: { type: 'string' } },
})
const datasource = values.datasource ? JSON.parse(values.datasource) : {}

function log(level, message, code) {
  const line = { level, target: 'schema_engine::logger', fields: { message, error_code: code } }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
const write = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const quote = (identifier) => `"${identifier.replaceAll('"', '""')}"`

// ── databases as a whole ──

async function withClient(url, work) {
  const client = new pg.Client({ connectionString: String(url) })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
/** A database is created and dropped from another one: `postgres` always exists. */
function onServer(url, work) {
  const server = new URL(url)
  const name = decodeURIComponent(server.pathname.slice(1))
  server.pathname = '/postgres'
  server.search = ''
  return withClient(server, (client) => work(client, name))
}
const createDatabase = (url) =>
  onServer(url, async (client, name) => {
    await client.query(`CREATE DATABASE ${quote(name)}`)
    return name
  })
const dropDatabase = (url, options = '') =>
  onServer(url, (client, name) => client.query(`DROP DATABASE ${quote(name)} ${options}`))

const COMMANDS = {
  'can-connect-to-database': () => withClient(datasource.url, () => undefined),
  'create-database': () => createDatabase(datasource.url),
  'drop-database': () => dropDatabase(datasource.url),
}
const PRISMA_CODES = { '3D000': 'P1003', '28P01': 'P1000' }

async function runCommand(name) {
  log('INFO', 'started') // Prisma's command line throws the first line away
  try {
    await COMMANDS[name]?.()
    process.exit(0)
  } catch (error) {
    log('ERROR', error.message || String(error), PRISMA_CODES[error.code] ?? 'P1001')
    process.exit(1)
  }
}

// ── the adapter, mended in the three places that migrations need ──

/** The catalogue's "char" (OID 18) has no column type in adapter-pg: read it as text. */
class CatalogueClient extends pg.Client {
  _handleRowDescription(message) {
    for (const field of message.fields) if (field.dataTypeID === 18) field.dataTypeID = 25
    super._handleRowDescription(message)
  }
}
class MigrationAdapterFactory {
  provider = 'postgres'
  adapterName = '@prisma/adapter-pg'

  async open(url, cleanUp) {
    // One connection: the advisory lock and search_path belong to it.
    const pool = new pg.Pool({ connectionString: url, max: 1, Client: CatalogueClient })
    const schema = datasource.url && new URL(datasource.url).searchParams.get('schema')
    const adapter = await new PrismaPg(pool, {
      schema: schema ?? undefined,
      disposeExternalPool: true,
    }).connect()
    const dispose = adapter.dispose.bind(adapter)
    return Object.assign(adapter, {
      // adapter-pg cuts scripts at every semicolon, through function bodies and comments alike.
      executeScript: (script) => pool.query(script).then(() => undefined, adapter.onError),
      dispose: async () => {
        await dispose()
        await cleanUp?.()
      },
    })
  }
  connect() {
    return this.open(datasource.url ?? 'postgresql://127.0.0.1:1/none')
  }
  /** adapter-pg would use the main database as the shadow when it is given a connection string. */
  async connectToShadowDb() {
    if (datasource.shadowDatabaseUrl) return this.open(datasource.shadowDatabaseUrl)
    const shadow = new URL(datasource.url)
    shadow.pathname = `/prisma_migrate_shadow_db_${crypto.randomUUID()}`
    await createDatabase(shadow)
    return this.open(String(shadow), () => dropDatabase(shadow, 'WITH (FORCE)'))
  }
}

// ── the engine and its conversation ──

async function startEngine() {
  const entry = import.meta.resolve('@prisma/schema-engine-wasm')
  const wasm = await readFile(fileURLToPath(new URL('schema_engine_bg.wasm', entry)))
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => log('ERROR', message) }
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const files = values.datamodels ?? []
  const datamodels = await Promise.all(files.map(async (f) => [f, await readFile(f, 'utf8')]))
  return bindings.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new MigrationAdapterFactory()),
  )
}
let engine
async function answer(method, params) {
  if (method === 'createDatabase')
    return { databaseName: await createDatabase(params?.datasource?.url ?? datasource.url) }
  engine ??= startEngine()
  const name = method === 'getDatabaseVersion' ? 'version' : method
  const result = (await (await engine)[name](params)) ?? {}
  if (method === 'diff' && result.stdout)
    write({ id: 0, method: 'print', params: { content: result.stdout } })
  return result
}

if (positionals[0] === 'cli') await runCommand(positionals[1])
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue
  const { id, method, params } = JSON.parse(line)
  try {
    write({ id, result: await answer(method, params) })
  } catch (error) {
    const message = error.message ?? String(error)
    const data = { is_panic: false, message, meta: error.meta, error_code: error.code ?? '' }
    write({ id, error: { code: 4466, message, data } })
  }
}
process.exit(0)
