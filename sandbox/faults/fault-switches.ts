import type { Fault, FaultMode, FaultSubject, FaultTarget } from './fault.ts'

export type Switched<T extends FaultTarget> = Fault & { readonly mode: FaultMode<T> }
export interface FaultSwitches {
  add(fault: Fault): string
  list(): readonly (Fault & { readonly id: string; readonly used: number })[]
  remove(id: string): boolean
  clear(): void
  /** The oldest switch that fits, counted as used; undefined = behave well. */
  take<T extends FaultTarget>(target: T, subject: FaultSubject): Switched<T> | undefined
}

export function createFaultSwitches(): FaultSwitches {
  const switches: { id: string; fault: Fault; used: number }[] = []
  let count = 0
  return {
    add(fault) {
      count += 1
      switches.push({ id: `f-${count}`, fault, used: 0 })
      return `f-${count}`
    },
    list: () => switches.map(({ id, fault, used }) => ({ ...fault, id, used })),
    remove(id) {
      const index = switches.findIndex((entry) => entry.id === id)
      if (index >= 0) switches.splice(index, 1)
      return index >= 0
    },
    clear: () => void switches.splice(0),
    take<T extends FaultTarget>(target: T, subject: FaultSubject) {
      const found = switches.find(
        ({ fault, used }) =>
          fault.target === target &&
          used < (fault.times ?? Number.POSITIVE_INFINITY) &&
          fits(fault, subject),
      )
      if (!found) return undefined
      found.used += 1
      // The schema has checked that the mode belongs to the target.
      return found.fault as Switched<T>
    },
  }
}

function fits(fault: Fault, subject: FaultSubject): boolean {
  const wanted =
    fault.target === 'portal'
      ? { operation: defaultOperation(fault.mode), ...fault.match }
      : fault.match
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || subject[name as keyof FaultSubject] === value,
  )
}

function defaultOperation(mode: string): 'submit' | 'withdraw' {
  return mode === 'withdraw-refused' ? 'withdraw' : 'submit'
}
