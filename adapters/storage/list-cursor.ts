import { AppError } from '../../domain/shared/app-error.ts'
import { isUuid } from './columns.ts'

/** The last row of a page: the next page begins after it, however many rows arrive meanwhile. */
export interface ListPosition {
  readonly receivedAt: Date
  readonly id: string
}

export function toCursor({ receivedAt, id }: ListPosition): string {
  return Buffer.from(`${receivedAt.getTime()} ${id}`).toString('base64url')
}

/** Errors: AppError `invalid-cursor`. */
export function parseCursor(cursor: string): ListPosition {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const receivedAt = new Date(/^\d{1,15}$/.test(time) ? Number(time) : Number.NaN)
  if (Number.isNaN(receivedAt.getTime()) || !isUuid(id))
    throw new AppError('invalid-cursor', 'permanent')
  return { receivedAt, id }
}
