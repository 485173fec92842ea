// What a program is called that has no token. The name is its own claim: whatever starts `orrery mcp` can give any. So it is marked, shares
// nothing with a program of that name that has a token, and cannot be the name of one.

import { clientName } from '../../../shared/model/client.ts';

const mark = ' (unknown)';

/** Throws a ZodError for what is no name. */
export const unknownName = (claimed: string): string =>
  clientName.parse(
    `${clientName
      .parse(claimed.trim())
      .slice(0, 60 - mark.length)
      .trim()}${mark}`,
  );

export const isUnknownName = (name: string): boolean => name.endsWith(mark);
