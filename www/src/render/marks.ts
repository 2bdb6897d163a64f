import { ROLE_TEST, ROLE_TRAIN, ROLE_UNSEEN, type DatasetInfo } from 'metriclab';
import type { Settings } from '../store/settings';
import { COLOURS, shapeNumber } from './palette';
import { MARK_BYTES, NEAREST } from './point-map';

const ROLE_MARKS: Readonly<Record<number, number>> = { [ROLE_TRAIN]: 0, [ROLE_TEST]: 2, [ROLE_UNSEEN]: 3 };
const ROLE_NUMBERS = { train: ROLE_TRAIN, test: ROLE_TEST, unseen: ROLE_UNSEEN } as const;

/** Which mark a role has in the colouring by role. */
export function roleMark(role: number): number {
  return ROLE_MARKS[role] ?? 7;
}

export function shown(role: number, filter: Settings['role']): boolean {
  return filter === 'all' || ROLE_NUMBERS[filter] === role;
}

/** The look of each point. Points of classes that are never trained on are hollow. */
export function marksOf(
  data: DatasetInfo,
  roles: Uint8Array,
  { colour, role }: Pick<Settings, 'colour' | 'role'>,
  depths: Uint8Array | null = null,
): Uint8Array {
  const marks = new Uint8Array(data.count * MARK_BYTES);
  for (let i = 0; i < data.count; i++) {
    const own = roles[i] ?? ROLE_TRAIN;
    const mark =
      colour === 'role'
        ? roleMark(own)
        : colour === 'style'
          ? (data.domainOf[i] ?? 0)
          : (data.labels[i] ?? 0);
    marks[MARK_BYTES * i] = mark % COLOURS.length;
    marks[MARK_BYTES * i + 1] = shapeNumber(mark);
    marks[MARK_BYTES * i + 2] = shown(own, role) ? (depths?.[i] ?? NEAREST) : 0;
    marks[MARK_BYTES * i + 3] = own === ROLE_UNSEEN && colour !== 'role' ? 1 : 0;
  }
  return marks;
}
