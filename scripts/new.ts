// `npm run new node|server|page|method <name>`: writes the files of a new thing from a template that works, and says what is next.
// It never overwrites. A call of the contract is not written for you: only its author knows its shape, and an empty handler would
// be a lie; what to write, and where, is printed instead.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './gen.ts';
import { camel, type NewFile, nodeFiles, pageFiles, serverFiles, words } from './templates.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const usage = `npm run new node <name> [group.thing]   a workflow node type, e.g. npm run new node shorten data.shorten
npm run new server <name>               a built-in tool server
npm run new page <name>                 a settings page
npm run new method <area> <verbNoun>    prints how to add a call to the contract, e.g. npm run new method memory countItems`;

class Refused extends Error {}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

function mustBeKebab(name: string | undefined): string {
  if (name === undefined || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Refused(`A name is lower-case words joined by dashes, such as read-mail; not “${name ?? ''}”.`);
  return name;
}

async function write(files: NewFile[]): Promise<void> {
  for (const { path: file } of files) if (existsSync(path.join(root, file))) throw new Refused(`${file} is there already.`);
  for (const { path: file, text } of files) {
    writeFileSync(path.join(root, file), text);
    console.log(`wrote ${file}`);
  }
  for (const list of await generate(false)) console.log(`wrote ${list}`);
}

async function addNode(name: string, kind = `data.${name}`): Promise<string[]> {
  if (!/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/.test(kind)) throw new Refused(`A kind is group.thing, such as data.shorten; not “${kind}”.`);
  if (read('electron/runtime/nodes/nodes.generated.ts').includes(`/${name}.node.ts'`))
    throw new Refused(`There is a node ${name} already.`);
  const files = nodeFiles(name, kind);
  await write(files);
  return [
    `Say what it does: ports, fields, words and run in ${files[0]?.path}. A saved kind is never renamed.`,
    `Try it: npx vitest run --project unit ${name} tests/contract/nodes`,
    'How it works: docs/how-to/add-a-node.md',
  ];
}

async function addServer(name: string): Promise<string[]> {
  const files = serverFiles(name);
  await write(files);
  return [
    `Write its tools in ${files[0]?.path}; a power it needs goes into \`needs\`.`,
    `Try it: npx vitest run --project unit ${name} tests/contract/servers tests/contract/words tests/contract/who-called tests/architecture/decisions`,
    'How it works: docs/how-to/add-a-tool-server.md',
  ];
}

async function addPage(name: string): Promise<string[]> {
  const strings = 'renderer/strings/en/settings.ts';
  const text = read(strings);
  const line = `    ${camel(name)}: '${words(name)}',\n`;
  if (text.includes(`\n${line}`)) throw new Refused(`There is a page ${name} already.`);
  const at = /\n {2}pages: \{\n(?: {4}.*\n)*/.exec(text);
  if (at === null) throw new Refused(`${strings} no longer lists the pages where this script looks.`);
  const end = at.index + at[0].length;
  const files = pageFiles(name);
  await write(files);
  writeFileSync(path.join(root, strings), `${text.slice(0, end)}${line}${text.slice(end)}`);
  console.log(`changed ${strings}`);
  return [
    `Draw it in ${files[0]?.path}. A new value is one line in shared/model/settings.ts.`,
    `Try it: npx vitest run --project unit ${name}.page`,
    'How it works: docs/how-to/add-a-settings-page.md',
  ];
}

function showMethod(area: string | undefined, name: string | undefined): string[] {
  const contract = `shared/contract/${area ?? ''}.contract.ts`;
  const handler = `electron/runtime/api/${area ?? ''}.api.ts`;
  if (area === undefined || !/^[a-z]+$/.test(area) || !existsSync(path.join(root, contract)))
    throw new Refused(`There is no area “${area ?? ''}” in shared/contract.`);
  if (name === undefined || !/^[a-z]+([A-Z][a-z0-9]*)*$/.test(name))
    throw new Refused(`A call is named verbNoun, such as countItems; not “${name ?? ''}”.`);
  if (new RegExp(`^  ${name}:`, 'm').test(read(contract))) throw new Refused(`${area}.${name} is in the contract already.`);
  const at = existsSync(path.join(root, handler))
    ? handler
    : 'electron/main/shell.api.ts and electron/headless/shell.api.ts (both hosts offer this area)';
  return [
    `1. In ${contract}, inside ${area}Contract (nothing compiles until the second step is done, on purpose):`,
    `     ${name}: call.input(z.object({ /* what it takes, with limits */ })).output(/* what it gives; nothing for no answer */),`,
    `2. In ${at}, inside the object that ${area}Api returns:`,
    `     ${name}: api.${area}.${name}.handler(({ input, signal }) => /* the answer, or throw an AppError */),`,
    `3. In electron/runtime/deeds (deeds.ts says which file), what it is to the audit log: ${name}: read, stored, recorded(…), or told in words;`,
    '   if it does something, how it is done in a test: tests/contract/who-acts.ts',
    '4. Test it beside the handler, and run the carriers’ tests: npx vitest run --project unit tests/contract/wires',
    'How it works: docs/how-to/add-a-contract-call.md',
  ];
}

async function main([what, first, second]: string[]): Promise<string[]> {
  switch (what) {
    case 'node':
      return addNode(mustBeKebab(first), second);
    case 'server':
      return addServer(mustBeKebab(first));
    case 'page':
      return addPage(mustBeKebab(first));
    case 'method':
      return showMethod(first, second);
    default:
      throw new Refused(usage);
  }
}

try {
  for (const line of await main(process.argv.slice(2))) console.log(line);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
