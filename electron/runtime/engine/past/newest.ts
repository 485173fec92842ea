// A run can have more events than a wire or a window can take: the first one and the newest are given, within these bounds.

/** `chars` of JSON. */
export const shownAtOnce = { events: 20_000, chars: 3_000_000 } as const;
