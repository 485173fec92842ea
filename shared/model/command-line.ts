// A command line as words, as a person writes or pastes it. Nothing of it is expanded.

const quotedOrEscaped = /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s"'])/g;

/**
 * White space parts words. Quotes keep together what is in them, also in the middle of a word; one without its other half is itself. A
 * backslash keeps white space or a quote after it, at the end of a line it goes on with the next one, and elsewhere it is itself, so
 * that a Windows path stays whole; in double quotes it keeps a quote and itself.
 */
export function wordsOfCommand(line: string): string[] {
  const whole = line.replace(/\\\r?\n/g, ' ');
  return [...whole.matchAll(/(?:"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s"']|\S)+/g)].map(([word]) =>
    word.replace(quotedOrEscaped, (_whole, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(["\\])/g, '$1') : (single ?? escaped ?? ''),
    ),
  );
}
