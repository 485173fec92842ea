// A server that needs a newer Node.js or Python than the one that runs it. Its package says which it wants; what Node prints when it
// does not understand a file says the rest.

import { isBuiltin } from 'node:module';
import type { StartFacts } from './diagnose-facts.ts';
import type { Look } from './diagnose-look.ts';
import { nodeTip } from './launch-plan.ts';
import { oldestNode } from './runtimes.ts';
import { compareVersions, satisfies } from './semver.ts';
import type { StartFailure } from './start-error.ts';

/** Words that only an older runtime says. */
const tooOld =
  /ERR_REQUIRE_ESM|ERR_UNKNOWN_BUILTIN_MODULE|No such built-in module|ERR_UNKNOWN_FILE_EXTENSION[^\n]*\.ts|Invalid regular expression flags|EBADENGINE|Unsupported engine|: bad option: --|Promise\.(?:withResolvers|try) is not a function|Array\.fromAsync is not a function|Object\.groupBy is not a function|\.(?:toSorted|toReversed|toSpliced|findLast|isDisjointFrom|intersection) is not a function|(?:fetch|structuredClone|WebSocket|CustomEvent|File|navigator|Iterator|FormData|ReadableStream) is not defined|Unexpected (?:token|identifier) '?(?:with|assert|using)'?|util\.parseArgs is not a function|\(0 , [\w.]+\) is not a function/;
const parseFailure = /SyntaxError: (?:Unexpected|Invalid|missing|Cannot use import|The requested module 'node:)/;
const saysNeed =
  /(?:requires?|needs?|minimum|at least|supported)[^\n]{0,40}?\bnode(?:\.?js)?\b[^\n]{0,20}?((?:>=?|\^|v)?\s*\d+(?:\.\d+){0,2}\+?)/i;
const pythonNeed =
  /requires[- ]python[^\n\d<>=~]{0,20}([<>=~!]+\s*\d+\.\d+(?:\.\d+)?)|requires a different Python: \S+ not in '([^']+)'|Python>=?\s*(\d+\.\d+)[^\n]*(?:required|depends)|requires Python (\d+\.\d+)/i;

export function newerRuntime(text: string, facts: StartFacts, look: Look): StartFailure | undefined {
  const python = pythonNeed
    .exec(text)
    ?.slice(1)
    .find((each) => each !== undefined);
  if (python !== undefined)
    return {
      cause: 'newer-runtime',
      message: `It needs Python ${python.replace(/^>=\s*/, '')} or newer.`,
      hint: `Install Python ${python.replace(/^>=\s*/, '')} or newer, then start it again.`,
    };
  const noPart = absentPart(text);
  if (noPart !== undefined) return noPart;
  const running = /^Node\.js v(\d+\.\d+\.\d+)/m.exec(text)?.[1] ?? facts.plan.runtime?.version;
  if (running === undefined && !/\bnode\b|npm|npx/i.test(facts.plan.file)) return undefined;
  const engines = look.engines(facts.plan) ?? said(text);
  const doesNotFit = engines !== undefined && running !== undefined && !satisfies(running, engines);
  const ended = facts.exitCode !== null || facts.signal !== null;
  // A range that does not fit is the likely cause of any crash, and of nothing else.
  if (!tooOld.test(text) && !(doesNotFit && (ended || parseFailure.test(text)))) return undefined;
  if (engines !== undefined && running !== undefined && !doesNotFit) return undefined;
  const wanted = engines === undefined ? 'a newer Node.js' : `Node.js ${inWords(engines)}`;
  return tell(wanted, engines, running, facts, look);
}

/** Built-in parts that some Node.js has, beside those of the one that runs here: of newer ones, and behind options. */
const ofOthers = /^node:(?:sqlite|sea|test(?:\/reporters)?|ffi|quic|vfs|stream\/iter|zlib\/iter|wasi|trace_events|inspector\/promises)$/;

/** A part that no Node.js has: a newer one would say the same. */
function absentPart(text: string): StartFailure | undefined {
  const part = /No such built-in module: (node:[\w./-]{1,100})/.exec(text)?.[1];
  if (part === undefined || isBuiltin(part) || ofOthers.test(part)) return undefined;
  return {
    cause: 'exited',
    message: `It wants “${part}”, a built-in part that no Node.js known to Orrery has.`,
    hint: 'Check that name in its program, or look for a newer version of the server; another Node.js would most likely say the same.',
  };
}

const said = (text: string): string | undefined => {
  const found = saysNeed.exec(text)?.[1]?.replace(/\s|\+/g, '');
  return found === undefined ? undefined : /^\d|^v/.test(found) ? `>=${found.replace(/^v/, '')}` : found;
};

/** `>=22.5.0` as people say it. */
export const inWords = (range: string): string => {
  const simple = /^>=\s*v?(\d+(?:\.\d+){0,2})$/.exec(range.trim());
  return simple?.[1] === undefined ? range : `${simple[1].replace(/(\.0)+$/, '')} or newer`;
};

function tell(wanted: string, engines: string | undefined, running: string | undefined, { plan }: StartFacts, look: Look): StartFailure {
  const others = look.nodes(plan).filter((each) => each.version !== running);
  const fits = others
    .filter((each) =>
      engines === undefined ? running !== undefined && compareVersions(each.version, running) > 0 : satisfies(each.version, engines),
    )
    .sort((a, b) => compareVersions(b.version, a.version))[0];
  const list = [...new Set(others.map((each) => each.version))].sort(compareVersions).reverse();
  const there =
    list.length === 0
      ? 'There is no other on this machine.'
      : `On this machine there ${list.length === 1 ? 'is' : 'are'} also ${list.slice(0, 5).join(', ')}.`;
  const asked = look.engines(plan);
  const offered = plan.offeredNode;
  // What would be chosen by itself once it is there.
  const wantsNode =
    fits === undefined &&
    offered !== undefined &&
    plan.runtime !== undefined &&
    (asked === undefined ? running !== undefined && !satisfies(running, oldestNode) : satisfies(offered, asked));
  return {
    cause: 'newer-runtime',
    message: `It needs ${wanted}; it was run by Node.js ${running ?? `at ${plan.file}`}. ${there}`,
    ...(wantsNode ? { wantsNode } : {}),
    hint: wantsNode
      ? nodeTip(plan)
      : fits === undefined
        ? `Install ${engines === undefined ? 'the newest Node.js' : wanted} from nodejs.org, then start it again.`
        : engines === undefined
          ? `Use ${fits.path} as its command: that is Node.js ${fits.version}.`
          : `Write “node” as its command, without a folder: then Node.js ${fits.version} (${fits.path}) is used.`,
  };
}
