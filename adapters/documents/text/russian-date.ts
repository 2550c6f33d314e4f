const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/

/** `2025-03-04…` → `04.03.2025`; text of another form is left as it is. */
export function formatDate(iso: string): string {
  const found = ISO.exec(iso)
  if (found === null) return iso
  const [, year, month, day] = found
  return `${day}.${month}.${year}`
}

/** Date and time as the laboratory's own clock showed them, with its zone: `04.03.2025 10:15 (UTC+3)`. */
export function formatDateTime(iso: string): string {
  const [, , , , hour, minute, zone] = ISO.exec(iso) ?? []
  if (hour === undefined) return formatDate(iso)
  return `${formatDate(iso)} ${hour}:${minute}${zone ? ` (${formatZone(zone)})` : ''}`
}

function formatZone(zone: string): string {
  if (zone === 'Z') return 'UTC'
  const hours = Number(zone.slice(1, 3))
  const minutes = zone.slice(-2)
  const sign = zone.startsWith('-') ? '−' : '+'
  return minutes === '00' ? `UTC${sign}${hours}` : `UTC${sign}${hours}:${minutes}`
}
