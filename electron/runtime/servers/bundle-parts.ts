// Whether a bundle holds what it would start: its program, what runs that where it brings it along, and the modules that it is run
// from. What it takes from the machine (a Node, a Python, a package of npm) is looked for when it starts. Pure.

import { AppError } from '../../../shared/errors.ts';

/** Of a bundle that was unpacked; see plan-bundle.ts. */
interface Place {
  folder: string;
  platform: string;
  has?(path: string): boolean;
}
interface Start {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

const own = /^\$\{__dirname\}(?:\/|\\|\$\{(?:\/|pathSeparator)\})/;
/** An argument that names one is a part of the program; a folder or a file of data may be made when it runs. */
const program = /\.(?:[cm]?[jt]s|pyz?|jar|wasm|rb|php|sh|exe|bat|cmd)$/i;

/** `start` as the manifest has it; `entry`: the program's file where only uv knows it. Throws `bundle-incomplete`. */
export function mustBeWhole(start: Start, entry: string | undefined, place: Place, fill: (text: string) => string): void {
  const { has, folder, platform } = place;
  if (has === undefined) return;
  const isThere = (path: string): boolean => has(path) || (platform === 'win32' && (has(`${path}.exe`) || has(`${path}.cmd`)));
  const named = (path: string): string => path.slice(folder.length + 1).replaceAll('\\', '/');
  const must = (path: string, how: string): void => {
    if (isThere(path)) return;
    throw new AppError(
      'bundle-incomplete',
      `This bundle is not whole: ${how} “${named(path)}”, which is not in it. Nothing was installed.`,
      {
        hint: 'Get it again from where you have it, or tell its maker.',
        place: named(path),
      },
    );
  };
  if (own.test(start.command)) must(fill(start.command), 'it runs with');
  for (const arg of start.args) if (own.test(arg) && program.test(arg)) must(fill(arg), 'it starts');
  if (entry !== undefined) must(`${folder}/${entry}`, 'it starts');
  const { PYTHONPATH: modules } = start.env;
  if (start.args.includes('-m') && modules !== undefined && own.test(modules))
    for (const each of modules.split(platform === 'win32' ? ';' : ':')) if (own.test(each)) must(fill(each), 'it takes its modules from');
}
