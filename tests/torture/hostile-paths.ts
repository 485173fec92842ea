// Paths that someone might hand to a file tool to get out of its folder. Made by a seed, so that a failure can be tried again.

export interface PathWorld {
  /** The allowed folder. */
  inside: string;
  /** Beside it; holds the canary. */
  outside: string;
}

type Random = () => number;
type Maker = (world: PathWorld, random: Random) => string;
const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T;
const repeat = (text: string, random: Random, most = 12): string => text.repeat(1 + Math.floor(random() * most));

const targets = ['outside/canary.txt', 'outside', 'outside/new.txt', 'outside/folder/deep.txt'];
const upward: Maker = ({ inside }, random) => `${inside}/${repeat('../', random, 4)}${pick(targets, random)}`;
const alike = [
  '．．',
  '‥',
  '․․',
  '.\u200b.',
  '\u202e..',
  '。。',
  '..\u00a0',
  '%2e%2e',
  '%252e%252e',
  '..;',
  '.. ',
  '..%00',
  '\u0000..',
  '..\u0000',
];
const slashes = ['/', '//', '\\', '／', '∕', '⁄', '%2f', '%5c', '/./', '///', '\\\\', '/\u0000/'];

const makers: Record<string, Maker> = {
  upward,
  relativeUpward: (_world, random) => `${repeat('../', random)}${pick(targets, random)}`,
  absolute: ({ outside }, random) => `${outside}/${pick(['canary.txt', 'new.txt', '', 'folder/deep.txt'], random)}`,
  alikeDots: ({ inside }, random) => `${inside}/${pick(alike, random)}${pick(slashes, random)}${pick(targets, random)}`,
  mixedSlashes: ({ inside }, random) => `${inside}${pick(slashes, random)}..${pick(slashes, random)}${pick(targets, random)}`,
  link: ({ inside }, random) =>
    `${inside}/${pick(['link', 'link/canary.txt', 'link/new.txt', 'link/../outside/canary.txt', 'link-file', 'chain', 'chain/canary.txt', 'loop', 'loop/x', 'dangling', 'up', 'up/outside/canary.txt', 'link/folder/deep.txt', 'sub/up2/outside/new.txt', 'to-root/etc/passwd', 'to-proc/self/environ'], random)}`,
  hardLink: ({ inside }) => `${inside}/hard`,
  nul: ({ inside, outside }, random) =>
    pick([`${inside}/ok\u0000/../../outside/canary.txt`, `${outside}/canary.txt\u0000.txt`, `\u0000${outside}`, `${inside}\u0000`], random),
  long: ({ inside }, random) =>
    pick(
      [
        `${inside}/${'a'.repeat(300)}`,
        `${inside}/${'b/'.repeat(3000)}c`,
        `${inside}/${'../'.repeat(2000)}${'outside/canary.txt'}`,
        `${inside}/${'é'.repeat(200)}`,
      ],
      random,
    ),
  proc: ({ inside, outside }, random) =>
    pick(
      [
        `/proc/self/root${outside}/canary.txt`,
        `/proc/self/cwd/../../..${outside}/canary.txt`,
        '/proc/self/environ',
        '/proc/self/fd/0',
        `/proc/1/root${outside}/canary.txt`,
        '/proc/self/mem',
        `/proc/self/cwd${outside}`,
        `${inside}/to-proc/self/root${outside}/canary.txt`,
        `/dev/fd/0`,
        `/proc/thread-self/root${outside}/new.txt`,
      ],
      random,
    ),
  devices: ({ inside }, random) =>
    pick(
      [
        '/dev/null',
        '/dev/zero',
        '/dev/random',
        '/dev/stdin',
        '/dev/tty',
        `${inside}/fifo`,
        `${inside}/socket`,
        '/sys/power/state',
        `${inside}/to-dev/null`,
      ],
      random,
    ),
  windows: ({ inside }, random) =>
    `${inside}/${pick(['CON', 'nul.txt', 'COM1', 'aux', 'LPT¹', 'a.txt::$DATA', 'trailing. ', 'trailing...', 'space ', ' lead', 'C:\\Windows\\win.ini', '..\\..\\outside\\canary.txt'], random)}`,
  unc: (_world, random) =>
    pick(
      [
        '\\\\server\\share\\x',
        '//server/share/x',
        '\\\\?\\C:\\x',
        '\\\\.\\pipe\\x',
        '//./PhysicalDrive0',
        'C:/x',
        'c:x',
        'file:///etc/passwd',
      ],
      random,
    ),
  home: (_world, random) => pick(['~', '~/', '~root/x', '~/../../etc/passwd', '$HOME/x', '`id`', '$(id)', '~+', '~/.ssh/id_rsa'], random),
  case: ({ inside, outside }) => `${inside.toUpperCase()}/../${outside.split('/').at(-1)?.toUpperCase() ?? ''}/canary.txt`,
  unicode: ({ inside }, random) =>
    `${inside}/${pick(['Å', 'A\u030a', 'ﬁle', 'ſub', 'ⅷ', '\ud800', 'a\u0301/../../outside/canary.txt', '\u202egnp.exe', '\ufeff..', 'K'], random)}/${pick(targets, random)}`,
  prefix: ({ inside }, random) => `${inside}${pick(['-evil', '2', '.bak', ' ', 'X', '/../inside-evil'], random)}/canary.txt`,
  nothing: (_world, random) => pick(['', '.', '..', '/', '//', ' ', './', '../', '...', '\t', '\n', '/.', '/..'], random),
};

export const makerNames = Object.keys(makers);

/** The nth: every kind in turn, each by chance, some with more dressing around it. */
export function hostilePath(n: number, world: PathWorld, random: Random): string {
  const maker = makers[makerNames[n % makerNames.length] as string] as Maker;
  const path = maker(world, random);
  const dress = Math.floor(random() * 6);
  if (dress === 0 && path.startsWith(world.inside)) return path.replace(world.inside, `${world.inside}/./sub/..`);
  if (dress === 1 && path.startsWith('/'))
    return `${world.inside}/..${path.startsWith(world.inside) ? path.slice(world.inside.length).replace(/^/, '/inside') : `/..${path}`}`;
  if (dress === 2) return `${path}/`;
  return path;
}
