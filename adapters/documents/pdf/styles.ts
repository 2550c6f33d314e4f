import type { FaceName } from './typeface.ts'

export interface TextStyle {
  readonly face: FaceName
  /** Points. */
  readonly size: number
  readonly color: string
  /** Line height as a multiple of the size; 1.28 when left out. */
  readonly leading?: number
}

export const COLOR = {
  ink: '#1b1f24',
  quiet: '#5b6570',
  accent: '#1f4e79',
  rule: '#c9d1d9',
  band: '#f2f5f8',
  abnormal: '#a33a00',
  critical: '#b00020',
  criticalBand: '#fdeceb',
} as const

export const TEXT = {
  body: { face: 'regular', size: 9.5, color: COLOR.ink },
  bodyBold: { face: 'bold', size: 9.5, color: COLOR.ink },
  abnormal: { face: 'bold', size: 9.5, color: COLOR.abnormal },
  critical: { face: 'bold', size: 9.5, color: COLOR.critical },
  abnormalMark: { face: 'bold', size: 11.5, color: COLOR.abnormal, leading: 1.05 },
  criticalMark: { face: 'bold', size: 11.5, color: COLOR.critical, leading: 1.05 },
  label: { face: 'regular', size: 8.5, color: COLOR.quiet },
  columnHead: { face: 'bold', size: 8.5, color: COLOR.accent },
  panel: { face: 'bold', size: 10, color: COLOR.accent },
  title: { face: 'bold', size: 16, color: COLOR.accent },
  subtitle: { face: 'bold', size: 11.5, color: COLOR.ink },
  organization: { face: 'bold', size: 11, color: COLOR.ink },
  small: { face: 'regular', size: 8, color: COLOR.quiet },
  stampHead: { face: 'bold', size: 8.5, color: COLOR.accent },
  stamp: { face: 'regular', size: 8, color: COLOR.accent },
} as const satisfies Record<string, TextStyle>
