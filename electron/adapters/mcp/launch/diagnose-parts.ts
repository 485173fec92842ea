// What can be read from a server's words about its parts: a port that is taken, a native part that is missing or of another system,
// a package that is not there. Patterns are those that Node, npm, uv, Python and the dynamic linkers print.

import { basename } from 'node:path';
import type { StartFacts } from './diagnose-facts.ts';
import type { Look } from './diagnose-look.ts';
import { thisMachine } from './executable.ts';
import type { StartFailure } from './start-error.ts';

const portPatterns = [
  /EADDRINUSE[^\n]*?:(\d{2,5})\b/,
  /\bport:\s*(\d{2,5})\b[\s\S]{0,80}EADDRINUSE|EADDRINUSE[\s\S]{0,300}?\bport:\s*(\d{2,5})\b/,
  /\bport\s*(\d{2,5})\b[^\n]*\b(?:in use|taken|occupied|not available)/i,
  /[('",: ](\d{2,5})\)?\s*[):]*\s*(?:\[?Errno 98\]?[^\n]*)?address already in use/i,
  /address already in use[^\n\d]*(?:\d{1,3}(?:\.\d{1,3}){3}:)?(\d{2,5})\b/i,
];

export function portTaken(text: string, _facts: StartFacts, look: Look): StartFailure | undefined {
  if (
    !/EADDRINUSE|address already in use|Only one usage of each socket address|\bport\s*\d{2,5}\b[^\n]*\b(?:in use|taken|occupied)/i.test(
      text,
    )
  )
    return undefined;
  const port = portPatterns
    .map((pattern) =>
      pattern
        .exec(text)
        ?.slice(1)
        .find((each) => each !== undefined),
    )
    .find((each) => each !== undefined);
  if (port === undefined)
    return {
      cause: 'port-taken',
      message: 'It wants a network port that another program already uses.',
      hint: 'End the program that uses the port, or give the server another port in its arguments.',
    };
  const holder = look.portHolder(Number(port));
  return {
    cause: 'port-taken',
    message: `It wants port ${port}, which is already used by ${holder === undefined ? 'another program' : `${holder.name} (process ${holder.pid})`}.`,
    hint: `End ${holder === undefined ? 'the program that uses it' : `${holder.name} (process ${holder.pid})`}, or give the server another port than ${port} in its arguments.`,
  };
}

const native = (message: string, hint: string): StartFailure => ({ cause: 'native-part', message, hint });
const again = 'Install the server again on this machine, so that the part is made for it.';
const packageHint = (facts: StartFacts): string =>
  facts.plan.package?.scripts === 'skipped' && facts.plan.package.wanted.length > 0
    ? `Its install scripts were not run (${facts.plan.package.wanted.slice(0, 3).join(', ')}): if you trust the package, add npm_config_ignore_scripts=false to the server’s environment and start it again.`
    : again;

export function nativePart(text: string, facts: StartFacts, look: Look): StartFailure | undefined {
  const part = /(?:The module|dlopen\(|Error:)\s*'?([^\s'(]{1,300}\.node)\b/.exec(text)?.[1];
  const called = part === undefined ? 'A native part of it' : `Its native part ${basename(part)}`;
  if (/NODE_MODULE_VERSION \d+/.test(text))
    return native(`${called} was built for another version of Node.js than the one that runs it.`, packageHint(facts));
  if (
    /invalid ELF header|wrong ELF class|not a mach-o file|incompatible architecture|is not a valid Win32 application|file too short/i.test(
      text,
    )
  )
    return native(`${called} was built for another kind of machine; this is ${thisMachine}.`, again);
  const glibc = /version [`'"]?(GLIBC(?:XX)?_[\d.]+)['"`]? not found/.exec(text)?.[1];
  if (glibc !== undefined)
    return native(
      `It was built for a newer system: it needs ${glibc.replace('_', ' ')}.`,
      'Update the system, or install an older version of the server.',
    );
  // The system's linker says that a part for another processor is not there, although it is.
  const unopened = /([^\s:'"]{1,300}\.node): cannot open shared object file/.exec(text)?.[1];
  if (unopened !== undefined) {
    const built = look.builtFor(unopened);
    return built === undefined
      ? native(`Its native part ${basename(unopened)} is not there.`, packageHint(facts))
      : native(`Its native part ${basename(unopened)} was built for ${built}; this is ${thisMachine}.`, again);
  }
  const library =
    /error while loading shared libraries: ([^\s:]+)/.exec(text)?.[1] ??
    /([^\s:'"]{1,300}\.so[.\d]{0,20}): cannot open shared object file/.exec(text)?.[1] ??
    /Library not loaded: (\S+)/.exec(text)?.[1];
  if (library !== undefined)
    return native(
      `A library of the system that it needs is not there: ${library}.`,
      `Install the package of your system that holds ${basename(library)}.`,
    );
  const missing =
    /Cannot find (?:module|package) '([^']*\.node)'/.exec(text)?.[1] ??
    /Cannot find (?:module|package) '(@?[\w./-]*(?:linux|darwin|win32|freebsd|android)-(?:x64|arm64|arm|ia32)[\w.-]*)'/.exec(text)?.[1] ??
    /Could not locate the (bindings file)/.exec(text)?.[1] ??
    /No native build was found for (\S+)/.exec(text)?.[1] ??
    /Could not load the "(sharp)" module/.exec(text)?.[1] ??
    /No module named '(_(?:ctypes|sqlite3|ssl|bz2|lzma|tkinter))'/.exec(text)?.[1] ??
    /(DLL load failed)/.exec(text)?.[1];
  if (missing !== undefined) return native(`A native part of it is missing: ${missing}.`, packageHint(facts));
  const refused = /^Error: (.*)$[\s\S]*?ERR_DLOPEN_FAILED/m.exec(text)?.[1];
  return refused === undefined ? undefined : native(`${called} cannot be loaded here: ${refused.slice(0, 300)}`, packageHint(facts));
}

/** Shells, `setpriv` and interpreters say in words that what they were to run cannot be run. */
export function wrongProgram(text: string, { plan, exitCode }: StartFacts): StartFailure | undefined {
  if (/exec format error|bad cpu type in executable|cannot execute binary file/i.test(text))
    return {
      cause: 'wrong-architecture',
      message: `What it starts is not a program for this machine (${thisMachine}).`,
      hint: `Install the build of it for ${thisMachine}.`,
    };
  const absent = /(?:^|\s|:\s)([\w./@+-]+): (?:command )?not found\b/m.exec(text)?.[1];
  if (exitCode === 127 && absent !== undefined)
    return { cause: 'not-found', message: `It starts “${absent}”, which was not found.`, hint: `Install ${absent}, then start it again.` };
  const closed = exitCode === 126 ? /(?:exec: |: line \d+: |: \d+: )([^\s:][^:\n]{0,300}): permission denied/i.exec(text)?.[1] : undefined;
  if (closed !== undefined)
    return {
      cause: 'not-executable',
      message: `It starts “${closed}”, which is there, but may not be run.`,
      hint: `Allow it with: chmod +x '${closed}'`,
    };
  if (exitCode === 126 && /permission denied/i.test(text))
    return {
      cause: 'not-executable',
      message: `What it starts may not be run: ${text.trim().split('\n').at(-1)?.slice(0, 200)}`,
      hint: `Make what “${basename(plan.file)}” starts executable with chmod +x.`,
    };
  return undefined;
}

const unreachable =
  /ENOTCACHED|\b(?:EAI_AGAIN|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ETIMEDOUT|ECONNRESET)\b[\s\S]{0,200}?(?:registry|npm|pypi|index|simple)|(?:npm (?:error|ERR!))[\s\S]{0,400}?\b(?:EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED|ETIMEDOUT|ECONNRESET)\b|Network connectivity is disabled|dns error|Failed to establish a new connection|Temporary failure in name resolution|error sending request for url|Tunnel connection failed: (?:403|50[234])|connection broken by '(?:ConnectTimeout|ReadTimeout|NewConnection)/i;

/** What npm, npx, uv, uvx and pip say when they cannot get a package. */
export function missingPackage(text: string): StartFailure | undefined {
  const isTool = /\bnpm (?:error|ERR!)|\buvx?\b|\bpip\b|error sending request for url|No solution found|corepack\.cjs/i.test(text);
  if (!isTool) return undefined;
  // It says too that the network was not reached.
  if (/Error when performing the request to \S*\/(pnpm|yarn|@yarnpkg)\b/.test(text)) return corepackMissing(text);
  if (unreachable.test(text))
    return {
      cause: 'not-cached',
      message:
        'Its package is not kept on this machine yet, and could not be fetched: the network or the package registry was not reached.',
      hint: 'Connect to the network and start it once; after that it starts offline.',
    };
  if (/\bEINTEGRITY\b|DO NOT MATCH THE HASHES|[Hh]ash mismatch for/.test(text))
    return {
      cause: 'not-cached',
      message: 'What the package registry gave is not what it says of it: the checksum differs, so nothing was kept.',
      hint: 'Try again; if it stays so, ask those who run the registry, or whoever runs a proxy between.',
    };
  const unknown =
    /'([^']+)' is not in this registry/.exec(text)?.[1] ??
    /404 Not Found - GET \S*\/((?:@|%40)?[^/\s]+(?:(?:\/|%2f)[^/\s]+)?)(?:\s|$)/i.exec(text)?.[1] ??
    /No matching version found for (\S+?)\.?(?:\s|$)/.exec(text)?.[1] ??
    /Because (\S+) was not found in the package registry/.exec(text)?.[1] ??
    /No matching distribution found for (\S+)/.exec(text)?.[1];
  if (unknown !== undefined)
    return {
      cause: 'not-found',
      message: `The registry has no package “${decodeURIComponent(unknown)}”.`,
      hint: 'Correct the name or the version of the package in its arguments.',
    };
  if (/\bE40[13]\b|authentication required|incorrect or missing password/i.test(text) && /npm (?:error|ERR!)/i.test(text))
    return {
      cause: 'not-authorized',
      message: 'The package registry wants you to sign in.',
      hint: 'Run `npm login` in a terminal, then start it again.',
    };
  if (/EBADPLATFORM|Unsupported platform/i.test(text))
    return {
      cause: 'wrong-architecture',
      message: `Its package is not made for this kind of machine (${thisMachine}).`,
      hint: 'Look for a version of it for this machine.',
    };
  if (/npx canceled due to missing packages/i.test(text))
    return {
      cause: 'not-cached',
      message: 'npx wanted to ask before it fetches the package, and nobody could answer.',
      hint: 'Add -y as the first argument.',
    };
  if (/could not determine executable to run/i.test(text))
    return {
      cause: 'not-found',
      message: 'The package has no program to run.',
      hint: 'Name the program of the package: npx -y -p PACKAGE PROGRAM.',
    };
  return undefined;
}

/** corepack's shims fetch their program when it is first wanted, which a contained server cannot. */
function corepackMissing(text: string): StartFailure {
  const name = /\/(pnpm|yarn|@yarnpkg)\b/.exec(text)?.[1] === 'pnpm' ? 'pnpm' : 'yarn';
  return {
    cause: 'not-cached',
    message: `corepack has not fetched the version of ${name} that the server’s folder asks for.`,
    hint: `Run “${name} --version” in that folder in a terminal once, then start it again.`,
  };
}

/** A script or a package that is not where it was looked for. Last, since newer runtimes also know modules that older ones do not. */
export function missingPart(text: string, { plan }: StartFacts): StartFailure | undefined {
  const script =
    /Cannot find module '([^']+)'[\s\S]{0,1200}?requireStack: \[\]/.exec(text)?.[1] ?? /can't open file '([^']+)'/.exec(text)?.[1];
  if (script !== undefined)
    return {
      cause: 'not-found',
      message: `There is no file “${script}”, which “${basename(plan.file)}” was to run.`,
      hint: 'Correct the path in its arguments.',
    };
  const lacking =
    /Cannot find package '([^']+)' imported from/.exec(text)?.[1] ??
    /Cannot find module '([^']+)'/.exec(text)?.[1] ??
    /ModuleNotFoundError: No module named '([^']+)'/.exec(text)?.[1];
  if (lacking === undefined) return undefined;
  return {
    cause: 'not-found',
    message: `Its installation is not complete: the package “${lacking}” is missing.`,
    hint: 'Install the server’s packages again (in its folder: npm install, or pip install for Python).',
  };
}
