// Who may import whom (docs/architecture.md). Every rule says what to do instead; tests/architecture plants a breach of each
// and sees it refused.

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const nodeBuiltIn = { dependencyTypes: ['core'] };
const test = '\\.(test|fixture)\\.tsx?$';

// biome-ignore lint/style/noDefaultExport: the tool reads its configuration from there
export default {
  forbidden: [
    forbid('no-cycles', 'Two files need each other: move what both need into a third.', {}, { circular: true }),
    forbid(
      'shared-is-alone',
      'shared/ runs anywhere: it imports zod, itself, and in contract/ @orpc/contract.',
      { path: '^shared/', pathNot: test },
      { pathNot: ['^shared/', '^node_modules/zod/', '^node_modules/@orpc/contract/'] },
    ),
    forbid(
      'shared-model-without-rpc',
      'Only shared/contract may use the contract library.',
      { path: '^shared/', pathNot: ['^shared/contract/', test] },
      { path: '^node_modules/@orpc/' },
    ),
    forbid(
      'renderer-stays-in-the-page',
      'The page reaches the Node side only through renderer/api.',
      { path: '^renderer/', pathNot: test },
      { path: '^(electron|scripts|tests|benchmarks)/' },
    ),
    forbid(
      'renderer-without-node',
      'The page has no Node: ask for it over the contract.',
      { path: '^renderer/', pathNot: test },
      nodeBuiltIn,
    ),
    forbid(
      'ui-knows-nothing',
      'renderer/ui knows nothing of the product: hand it what it needs as props.',
      { path: '^renderer/ui/' },
      { path: '^(renderer/(features|shell|api|commands|quick)|shared/contract)/' },
    ),
    forbid(
      'features-meet-at-doors',
      'Import another feature through its index.ts.',
      { path: '^renderer/features/([^/]+)/', pathNot: test },
      { path: '^renderer/features/([^/]+)/', pathNot: ['^renderer/features/$1/', '^renderer/features/[^/]+/index\\.ts$'] },
    ),
    forbid(
      'doors-are-for-outside',
      'Inside a feature import the file itself, not its door.',
      { path: '^renderer/features/([^/]+)/.+' },
      { path: '^renderer/features/$1/index\\.ts$' },
    ),
    forbid(
      'runtime-without-node',
      'The runtime has no Node: name a port in runtime/ports.ts.',
      { path: '^electron/(runtime|tool-servers)/', pathNot: test },
      nodeBuiltIn,
    ),
    forbid(
      'runtime-without-adapters',
      'The runtime gets adapters as ports from the host.',
      { path: '^electron/runtime/', pathNot: test },
      { path: '^(electron/(adapters|main|preload|headless|cli|host|wires)|renderer)/' },
    ),
    forbid(
      'adapters-know-ports-only',
      'Adapters see only the runtime’s ports and types.',
      { path: '^electron/adapters/', pathNot: test },
      { path: '^electron/(main|preload|headless|cli|host|wires)/|^renderer/' },
    ),
    forbid(
      'tool-servers-get-ports',
      'A built-in tool server gets its powers through `needs`.',
      { path: '^electron/tool-servers/', pathNot: test },
      { path: '^electron/(adapters|main|preload|headless|cli|host|wires)/|^renderer/' },
    ),
    forbid(
      'nodes-are-alone',
      'A node file imports define-node, shared/ and pure helpers; never another node.',
      { path: '^electron/runtime/nodes/[^/]+\\.node\\.ts$' },
      {
        path: '^electron/',
        pathNot: [
          '^electron/runtime/nodes/define-node\\.ts$',
          '^electron/runtime/triggers/schedule-times\\.ts$',
          '^electron/runtime/import/n8n/(step-config|step-run|whole-run)\\.ts$',
        ],
      },
    ),
    forbid(
      'electron-only-in-main',
      'Only electron/main and electron/preload may import electron; others get it through a port.',
      { path: '^(shared|renderer|scripts|benchmarks|electron/(runtime|adapters|tool-servers|headless|cli|host|wires))/', pathNot: test },
      { path: '^(node_modules/)?electron(/|$)', pathNot: '^electron/' },
    ),
    forbid(
      'electron-not-reachable',
      'Portable code must not reach electron through anything it imports.',
      { path: '^(shared|renderer|electron/(runtime|adapters|tool-servers|headless|cli|host|wires))/', pathNot: test },
      { path: '^electron/(main|preload)/', reachable: true },
    ),
    forbid(
      'preload-is-tiny',
      'The preload imports electron and constants from shared/ only.',
      { path: '^electron/preload/' },
      { pathNot: ['^electron/preload/', '^shared/', 'node_modules/electron'] },
    ),
    forbid(
      'sqlite-in-one-folder',
      'better-sqlite3 is used only under electron/adapters/sqlite.',
      { path: '^(electron|shared|renderer|scripts)/', pathNot: ['^electron/adapters/sqlite/', test] },
      { path: 'better-sqlite3' },
    ),
    forbid(
      'keytar-in-one-file',
      'The keychain is reached through adapters/vault/keychain.ts.',
      { path: '^(electron|shared|renderer|scripts)/', pathNot: ['^electron/adapters/vault/keychain\\.ts$', test, '\\.fixture\\.ts$'] },
      { path: '^(node_modules/)?keytar' },
    ),
    forbid(
      'n8n-libraries-in-their-thread',
      'n8n’s own libraries read texts of strangers by old patterns: only adapters/scripts/n8n-libraries.ts loads them, for a thread that can be ended.',
      {
        path: '^(electron|shared|renderer)/',
        pathNot: ['^electron/adapters/scripts/n8n-libraries\\.ts$', test],
      },
      { path: '^node_modules/(@types/)?(showdown|node-html-markdown|cheerio|parse5|parse5-htmlparser2-tree-adapter|html-to-text)(/|$)' },
    ),
    forbid(
      'n8n-libraries-off-the-main-thread',
      'Ask the thread of imported nodes (adapters/scripts/n8n-nodes.ts) for it.',
      { path: '^(electron|shared|renderer|scripts|benchmarks)/', pathNot: ['^electron/adapters/scripts/n8n-nodes\\.worker\\.ts$', test] },
      { path: '^electron/adapters/scripts/n8n-libraries\\.ts$' },
    ),
    forbid(
      'one-http-client',
      'Requests leave through the Net port (adapters/net).',
      // A proxy is a server; what it asks for goes through adapters/net.
      { path: '^electron/', pathNot: ['^electron/(adapters/net|headless|wires)/', '^electron/adapters/sandbox/proxy', test] },
      { path: '^(https?|node:https?|undici|node-fetch|axios)$' },
    ),
    forbid(
      'no-test-in-product',
      'Product code must not import tests or fixtures.',
      { path: '^(electron|shared|renderer)/', pathNot: test },
      { path: [test, '^tests/'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|release|docs)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
