import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrateDeploy } from '../../adapters/storage/migrate.ts'
import { startPostgresServer } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the maintenance database of the run's PostgreSQL. */
    postgresServer: string
  }
}

/** Once per project and run: a server with the migrated database that every test database is cloned from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgresServer()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query('CREATE DATABASE migrated')
  await client.end()
  await migrateDeploy(server.url.replace(/postgres$/, 'migrated'))
  project.provide('postgresServer', server.url)
  return () => server.stop()
}
