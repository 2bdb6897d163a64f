import type { DeviceRequest } from 'metriclab';

/** How a page looks. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The devices of a laboratory. */
export const DEVICES = ['auto', 'gpu', 'cpu'] as const satisfies readonly DeviceRequest[];
export type Device = (typeof DEVICES)[number];
