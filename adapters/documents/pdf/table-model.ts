import type { TextStyle } from './styles.ts'

export interface Column {
  readonly title: string
  /** Share of the table's width; the shares of a table make 1. */
  readonly share: number
}

export interface Cell {
  readonly text: string
  readonly style: TextStyle
  /** Smaller text under the main one. */
  readonly remark?: string
  /** Number of columns the cell takes; 1 when left out. */
  readonly span?: number
}

export type Row =
  | { readonly kind: 'group'; readonly title: string }
  | { readonly kind: 'cells'; readonly cells: readonly Cell[]; readonly background?: string }

/** Space inside a cell, points. */
export const PAD_X = 5
export const PAD_Y = 3

/** A column with its place on the page. */
export interface PlacedColumn {
  readonly title: readonly string[]
  readonly x: number
  readonly width: number
}
