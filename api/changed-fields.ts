type Tree = unknown

/**
 * JSON pointers of the leaves in which two reports differ: what a correction changed, without the values.
 * Pointers are field names and list positions only, so they may be stored and shown beside the version.
 */
export function changedFields(before: Tree, after: Tree, pointer = ''): string[] {
  if (Object.is(before, after)) return []
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names].flatMap((name) =>
      changedFields(before[name], after[name], `${pointer}/${name}`),
    )
  }
  return [pointer]
}

function isBranch(value: Tree): value is Record<string, Tree> {
  return typeof value === 'object' && value !== null
}
