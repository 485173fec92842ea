// What a program is called that has no token. The name is its own claim: whatever starts `orrery mcp` can give any. So it is marked, shares
// nothing with a program of that name that has a token, and cannot be the name of one.

import { AppError } from '../../../shared/errors.ts';
import { issueWords } from '../../../shared/issue-words.ts';
import { clientName } from '../../../shared/model/client.ts';

const mark = ' (unknown)';

/** Throws `client-name-invalid`, in words. */
export function programName(given: string): string {
  const parsed = clientName.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const shown = given.trim().slice(0, 60);
  throw new AppError(
    'client-name-invalid',
    `The name ${shown === '' ? '' : `“${shown}” `}${issue === undefined ? 'does not fit' : issueWords(issue)}.`,
    {
      hint: 'Give the program another name.',
      place: 'name',
    },
  );
}

/** Throws `client-name-invalid` for what is no name. */
export const unknownName = (claimed: string): string =>
  programName(
    `${programName(claimed)
      .slice(0, 60 - mark.length)
      .trim()}${mark}`,
  );

export const isUnknownName = (name: string): boolean => name.endsWith(mark);
