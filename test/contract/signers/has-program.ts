import { spawnSync } from 'node:child_process'

/** False, with a line saying why, when a program this test compares with is not on the machine. */
export function hasProgram(name: string, versionFlag: string): boolean {
  const found = spawnSync(name, [versionFlag]).error === undefined
  if (!found) process.stdout.write(`${name} is not installed: what depends on it is skipped\n`)
  return found
}

/** Runs to the end; never throws for an exit code. */
export function run(
  command: string,
  args: readonly string[],
  cwd?: string,
): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return { code: status, output: `${stdout}${stderr}` }
}
