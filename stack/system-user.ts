import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { StartFailure } from './start-failure.ts'

const run = promisify(execFile)
const USER = 'postgres'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * The user PostgreSQL runs as. It refuses to run as root, so root lends it a user, made where there is none;
 * anybody else runs it as themselves (undefined).
 */
export async function postgresOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  try {
    return await lookUp().catch(async () => {
      await run('useradd', ['--system', '--user-group', '--no-create-home', USER])
      return lookUp()
    })
  } catch (cause) {
    throw new StartFailure(
      `PostgreSQL не работает от имени root, а пользователя ${USER} создать не удалось.`,
      'запустите Gonets от обычного пользователя',
      cause,
    )
  }
}

async function lookUp(): Promise<Owner> {
  const [uid, gid] = await Promise.all([run('id', ['-u', USER]), run('id', ['-g', USER])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

/** Root may enter any folder, the lent user may not. Errors: StartFailure naming the closed folder. */
export async function assertReachable(path: string): Promise<void> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const mode = await stat(folder).then(
      (found) => found.mode,
      () => 0o001,
    )
    if ((mode & 0o001) !== 0) continue
    throw new StartFailure(
      `Папка ${folder} закрыта для пользователя ${USER}, от имени которого root запускает PostgreSQL.`,
      'запустите Gonets от обычного пользователя или перенесите его в открытую папку, например /opt/gonets',
    )
  }
}
