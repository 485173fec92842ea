// A server that ends or waits because a key was not given to it. It says so in many ways; the name it asks for is what a person
// needs, so that is looked for first.

import type { StartFacts } from './diagnose-facts.ts';
import type { StartFailure } from './start-error.ts';

const name = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;
/** Codes of Node, npm and Python look like names of variables. */
const isCode =
  /^(ERR_|NODE_|UV_|MODULE_|NPM_|EAI_|SSL_|SIG|MCP_ERROR|GLIBC|CERT_|UNABLE_TO|SELF_SIGNED|DEPRECATED_|PATH_)|_(VERSION|LOADED|FOUND)$/;
const lacks =
  /\b(requires?d?|missing|not set|isn'?t set|unset|must (?:be|provide|have)|must set|undefined|not (?:provided|defined|found|configured|specified|given)|please (?:set|provide|add|specify|configure)|need(?:s|ed)?|is empty|cannot be empty|no value|set the|provide an?|did you forget|environment variables?)\b/i;
/** Said in the imperative, as in a list of ways to give it. */
const told = /\b(?:[Ss]et|export)\s+[`"']?[A-Z][A-Z0-9]*_[A-Z0-9_]+/;
/** What one may set is not what is missing. */
const mayBe =
  /\boptional(?:ly)?\b|\bto (?:use|set|choose|change|override|customi[sz]e|specify) (?:a |an |the |your )?(?:custom|default|other|own|different)\b|\bif you (?:want|prefer|like)\b/i;
const unnamed =
  /\b(?:no|missing|invalid or missing|requires? (?:an?|the)|need(?:s)? (?:an?|the)|provide (?:an?|your)|set (?:an?|your))\s+(?:[\w-]+\s+){0,3}(?:api[- ]?key|api[- ]?token|access[- ]?token|auth(?:entication)? token|credentials?|password)\b|\b(?:api[- ]?key|api[- ]?token|access[- ]?token|auth(?:entication)? token|credentials?)\s+(?:is|are|was|must be|not)\s+(?:required|missing|not (?:set|provided|found|configured)|set|provided|undefined|empty)/i;
const refused = /\b(invalid|incorrect|expired|revoked|malformed|unauthorized|not valid|bad credentials)\b/i;
const looksSecret = /KEY|TOKEN|SECRET|PASSW|PAT$|CREDENTIAL|AUTH|DSN/;

export function missingSecret(text: string, { plan }: StartFacts): StartFailure | undefined {
  const wanted = new Set<string>();
  const given = new Set<string>();
  for (const each of named(text)) (plan.env[each] === undefined || plan.env[each] === '' ? wanted : given).add(each);
  const names = [...wanted];
  const [first] = names;
  if (first !== undefined) {
    const all = names.slice(0, 3).join(' and ');
    return {
      cause: 'missing-secret',
      message: `It needs ${names.some((each) => looksSecret.test(each)) ? 'a secret' : 'a value'} that it was not given: ${all}.`,
      hint: looksSecret.test(first)
        ? `Store it in the vault as ${first}, add ${first} to the server’s environment as a secret, then start it again.`
        : `Add ${first} to the server’s environment, then start it again.`,
    };
  }
  const [has] = [...given].filter((each) => looksSecret.test(each));
  if (has !== undefined && refused.test(text))
    return {
      cause: 'missing-secret',
      message: `It does not accept the ${has} it was given.`,
      hint: `Correct the value of ${has} in the vault, then start it again.`,
    };
  const line = text.split('\n').find((each) => unnamed.test(each));
  return line === undefined
    ? undefined
    : {
        cause: 'missing-secret',
        message: `It needs a key that it was not given. It said: ${line.trim().slice(0, 300)}`,
        hint: 'Find in its own description which environment variable holds the key, and add it to the server’s environment as a secret.',
      };
}

function* named(text: string): Generator<string> {
  // The complaint of a schema spreads over lines: the name in one, "Required" in another.
  for (const match of text.matchAll(/"path":\s*\[\s*"([A-Z][A-Z0-9_]+)"\s*\][\s\S]{0,160}?(?:required|received undefined)/gi))
    if (match[1] !== undefined && match[1] === match[1].toUpperCase()) yield match[1];
  for (const match of text.matchAll(/KeyError: '([A-Z][A-Z0-9_]+)'/g)) yield match[1] as string;
  for (const match of text.matchAll(/^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\n\s+(?:Field required|Input should be)/gm)) yield match[1] as string;
  for (const line of text.split('\n')) {
    // A line of a stack names constants, not wishes.
    if (/^\s+at\s/.test(line) || mayBe.test(line) || !(lacks.test(line) || refused.test(line) || told.test(line))) continue;
    for (const [found] of line.matchAll(name)) if (!isCode.test(found)) yield found;
  }
}
