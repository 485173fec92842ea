import { AppError } from '../../../shared/errors.ts';

const shown = (path: string): string => (path.length > 300 ? `${path.slice(0, 300)}…` : path).replaceAll('\0', '␀');

export function outside(path: string, folders: readonly string[]): AppError {
  const allowed = folders.length === 0 ? 'No folder is allowed yet.' : `Allowed: ${folders.map((each) => `“${each}”`).join(', ')}.`;
  return new AppError('path-outside', `“${shown(path)}” is outside the allowed folders. ${allowed}`, {
    hint: 'Use a path inside them, or allow its folder in Settings, the agent’s grant or the run’s inputs.',
    details: { path: shown(path), folders: [...folders] },
  });
}

export const leadsElsewhere = (path: string, { folder, was, now }: { folder: string; was: string; now: string }): AppError =>
  new AppError(
    'folder-leads-elsewhere',
    `“${shown(folder)}” leads to “${shown(now)}” now. When it was allowed it led to “${shown(was)}”, so “${shown(path)}” was not touched.`,
    {
      hint: `If that is right, allow it again: in Settings, the agent or the tool server take “${shown(folder)}” out and add it again; a job is turned off and on again. Or allow “${shown(now)}” itself.`,
      details: { path: shown(path), folder: shown(folder), leads: shown(now), led: shown(was) },
    },
  );

export const isLink = (path: string): AppError =>
  new AppError('path-is-link', `“${shown(path)}” is a link, and links are not followed when writing.`, {
    hint: 'Write to the file that it points to.',
  });

/** A failure of the system in words. */
export function toFileError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const name = `“${shown(path)}”`;
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return new AppError('file-not-found', `There is no ${name}.`, { hint: 'Check the path; list its folder to see what is there.' });
    case 'EISDIR':
      return new AppError('not-a-file', `${name} is a folder.`, { hint: 'Name a file inside it.' });
    case 'ENOTDIR':
      return new AppError('not-a-folder', `${name} is not a folder.`, { hint: 'Name a folder.' });
    case 'ENOTEMPTY':
    case 'EEXIST':
      return new AppError('file-exists', `${name} is already there.`, { hint: 'Choose another name, or allow it to be replaced.' });
    case 'ELOOP':
      return isLink(path);
    case 'EACCES':
    case 'EPERM':
      return new AppError('file-not-permitted', `The system does not permit that for ${name}.`, {
        hint: 'Check who owns it and its permissions.',
      });
    case 'EROFS':
      return new AppError('file-read-only', `${name} is on a read-only disk.`, { hint: 'Choose another folder.' });
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('disk-full', `The disk is full: ${name} was not written.`, {
        hint: 'Free some space, then try again.',
        retryable: true,
      });
    case 'ENAMETOOLONG':
    case 'ERR_INVALID_ARG_VALUE':
    case 'EINVAL':
      return new AppError('path-invalid', `${name} is not a path that the system accepts.`, {
        hint: 'Shorten it and remove unusual signs.',
      });
    case 'EMFILE':
    case 'ENFILE':
      return new AppError('files-busy', 'Too many files are open at once.', { hint: 'Try again.', retryable: true });
    default:
      return new AppError('file-failed', `${name}: ${error instanceof Error ? error.message : String(error)}`, { hint: 'Try again.' });
  }
}
