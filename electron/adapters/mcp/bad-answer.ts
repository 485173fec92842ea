// What a server answered when it is not what MCP says: which part of it, in words a person can hand on to its makers.

import { AppError } from '../../../shared/errors.ts';
import { issueSentence } from '../../../shared/issue-words.ts';

interface Issue {
  message: string;
  path?: readonly unknown[];
}

/** `what` as in “Its list of prompts”. Undefined for every other error. */
export function badAnswer(error: unknown, what: string): AppError | undefined {
  const [first, ...others] = issuesOf(error);
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` ${others.length} more ${others.length === 1 ? 'part does' : 'parts do'} not fit either.`;
  return new AppError('server-answer-invalid', `${what} is not what the protocol MCP says. ${issueSentence(first)}${more}`, {
    hint: 'Tell the makers of this server, or look for a newer version of it.',
    cause: error,
  });
}

/** Of zod's errors, whichever zod it was: the client library brings its own. */
function issuesOf(error: unknown): Issue[] {
  const issues = error instanceof Error ? (error as { issues?: unknown }).issues : undefined;
  if (!Array.isArray(issues)) return [];
  return issues.filter((each): each is Issue => typeof each === 'object' && each !== null && typeof (each as Issue).message === 'string');
}
