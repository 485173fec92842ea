// orrery completion: prints what a shell needs to complete commands and options with Tab. Made from the commands themselves, so it is as
// new as they are; it asks no host.

import type { Command } from 'commander';
import { Argument } from 'commander';
import { print } from './output.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** A command by its words, with what may follow it. */
interface Place {
  path: string;
  /** A command has to follow, so no file may. */
  isGroup: boolean;
  words: { word: string; about: string }[];
}

export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('print what your shell needs to complete commands with Tab')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(orrery completion bash)      in ~/.bashrc\n  source <(orrery completion zsh)       in ~/.zshrc, after compinit\n  orrery completion fish | source       in ~/.config/fish/config.fish',
    )
    .action((shell: Shell) => print(completionFor(shell, program).trimEnd()));
}

export function completionFor(shell: Shell, program: Command): string {
  const places = placesOf(program, '');
  switch (shell) {
    case 'bash':
      return bash(places);
    case 'zsh':
      // It reads what bash reads. A function or an alias named orrery is completed either way.
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
    case 'fish':
      return fish(places);
  }
}

function placesOf(command: Command, path: string): Place[] {
  const words = [
    ...command.commands.map((each) => ({ word: each.name(), about: each.description() })),
    ...command.options.flatMap(({ long, description }) =>
      long === undefined || long === null ? [] : [{ word: long, about: description }],
    ),
    { word: '--help', about: 'what it does and takes' },
  ];
  return [
    { path, isGroup: command.commands.length > 0, words },
    ...command.commands.flatMap((each) => placesOf(each, `${path} ${each.name()}`.trim())),
  ];
}

function bash(places: readonly Place[]): string {
  const known = places.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]));
  const cases = places.map(({ path, words }) => `    '${path}') words='${words.map(({ word }) => word).join(' ')}' ;;`);
  return `_orrery() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at='' words='' i next
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${at:+$at }\${COMP_WORDS[i]}"
    case "$next" in
      ${known.join('|')}) at="$next" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _orrery orrery
`;
}

/** Between single quotes of fish. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(places: readonly Place[]): string {
  const known = places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)]));
  const lines = places.flatMap(({ path, isGroup, words }) => {
    const at = `complete -c orrery -n ${quoted(`__orrery_at ${quoted(path)}`)}`;
    const each = words.map(({ word, about }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `${at} ${what} -d ${quoted(about)}`;
    });
    return isGroup ? [`${at} -f`, ...each] : each;
  });
  return `function __orrery_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$at $word")
    contains -- $next ${known.join(' ')}; and set at $next
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}
