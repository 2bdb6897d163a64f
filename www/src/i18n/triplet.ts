export const en = {} as const;
export const ko: Readonly<Record<keyof typeof en, string>> = {};
