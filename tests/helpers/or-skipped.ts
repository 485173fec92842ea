/** The name of a test, with why it is skipped where it is: `missing` says what this machine lacks. */
export const orSkipped = (name: string, missing: string | undefined): string =>
  missing === undefined ? name : `${name} (skipped: ${missing})`;
