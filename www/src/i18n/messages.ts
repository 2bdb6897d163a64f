import type { en } from './en';

export type MessageKey = keyof typeof en;
/** Every language has every message: a missing one does not compile. */
export type Messages = Readonly<Record<MessageKey, string>>;
