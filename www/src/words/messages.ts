import type { messages } from './en/messages';
import { byLanguage } from './languages';

export type MessageKey = keyof typeof messages;
/** The laboratory's texts. Every language has every one: a missing one does not compile. */
export const MESSAGES = byLanguage(
  import.meta.glob<Readonly<Record<MessageKey, string>>>('./*/messages.ts', {
    eager: true,
    import: 'messages',
  }),
);
