import type { SampleProgress } from './demo.ts'
import { isResting, PHASE_TEXT } from './phase-text.ts'

/** Where lines go: a terminal, or a pipe. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

export interface ProgressView {
  show(progress: SampleProgress): void
}

/** On a terminal each sample has a line that changes in place; elsewhere each change is a line. */
export function createProgressView(screen: Screen, names: readonly string[]): ProgressView {
  return screen.isTTY ? createLiveView(screen, names) : createPlainView(screen)
}

function createLiveView(screen: Screen, names: readonly string[]): ProgressView {
  const width = Math.max(0, ...names.map((name) => name.length))
  const lines = new Map<string, string>()
  return {
    show(progress) {
      if (lines.size > 0) screen.write(`\u001b[${names.length}A`)
      lines.set(progress.name, `${markOf(progress)} ${phaseOf(progress)}`)
      for (const name of names) {
        const line = `  ${name.padEnd(width)}  ${lines.get(name) ?? ''}`
        // A line that wraps would take two rows, and the next update would land on the wrong one.
        screen.write(`\u001b[2K${line.slice(0, (screen.columns ?? 80) - 1)}\n`)
      }
    },
  }
}

function createPlainView(screen: Screen): ProgressView {
  const last = new Map<string, string>()
  return {
    show(progress) {
      const text = phaseOf(progress)
      if (last.get(progress.name) === text) return
      last.set(progress.name, text)
      screen.write(`${progress.name}: ${text}\n`)
    },
  }
}

function phaseOf({ state, failure }: SampleProgress): string {
  if (failure !== undefined) return failure
  return state ? PHASE_TEXT[state.phase] : 'передаётся в Gonets'
}

function markOf({ state, failure }: SampleProgress): string {
  if (failure !== undefined) return '✗'
  if (!state || !isResting(state.phase)) return '…'
  return state.phase === 'retained' ? '✓' : '!'
}
