import { AppError } from '../../../shared/errors.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import { parseWorkflowText, type Workflow, type WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { ForeignFile } from '../import/foreign-file.ts';
import { readApart } from '../import/read-apart.ts';
import { withUnknownSettings } from '../import/unknown-settings.ts';
import { Uploads } from '../import/uploads.ts';
import type { Ports } from '../ports.ts';
import type { Engine, NodeRegistry } from '../services.ts';
import { api } from './base.ts';
import { withFaults } from './own-report.ts';
import { summariseSample } from './sample-summary.ts';

export interface WorkflowsApiDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'samples' | 'scripts'>;
  engine: Pick<Engine, 'check' | 'checkConnection'>;
  registry: Pick<NodeRegistry, 'descriptors' | 'get' | 'watch'>;
}

const maxName = 120;

export function workflowsApi({ ports, engine, registry }: WorkflowsApiDeps) {
  const { store, clock, ids, samples } = ports;
  const known = (id: WorkflowId): Workflow => {
    const workflow = store.workflows.get(id);
    if (workflow === undefined)
      throw new AppError('workflow-not-found', 'That workflow is not there any more.', { hint: 'Reload the list of workflows.' });
    return workflow;
  };
  const insert = (document: WorkflowDocument): Workflow => {
    const at = clock.now();
    const workflow: Workflow = { ...documentOf(document), id: ids.next() as WorkflowId, revision: 0, createdAt: at, updatedAt: at };
    store.workflows.insert(workflow);
    return workflow;
  };
  const uploads = new Uploads(clock.now);
  const { scripts } = ports;
  const read = async (given: { text: string; name?: string | undefined }, signal = new AbortController().signal): Promise<ForeignFile> => {
    const documents: WorkflowDocument[] = [];
    const report = await readApart(scripts, { text: given.text, name: given.name }, (document) => documents.push(document), signal);
    const [own] = documents;
    if (report.program !== 'orrery' || own === undefined) return { report, documents };
    const ids = own.nodes.map(({ id }) => id);
    return { report: withFaults(withUnknownSettings(report, own, registry), ids, engine.check(own)), documents };
  };
  return {
    list: api.workflows.list.handler(({ input }) => store.workflows.list(input.query)),
    get: api.workflows.get.handler(({ input }) => known(input.id)),
    create: api.workflows.create.handler(({ input }) => insert(input.document)),
    save: api.workflows.save.handler(({ input }) => {
      const before = known(input.id);
      const { id, createdAt } = before;
      const after: Workflow = { ...documentOf(input.document), id, createdAt, revision: input.revision + 1, updatedAt: clock.now() };
      if (store.workflows.update(after, input.revision)) return after;
      throw new AppError('workflow-changed-elsewhere', `“${before.name}” was changed in another window.`, {
        hint: 'Load it again; your own change can be put in once more after that.',
        details: { revision: known(id).revision },
      });
    }),
    remove: api.workflows.remove.handler(({ input }) => {
      known(input.id);
      store.workflows.remove(input.id);
    }),
    duplicate: api.workflows.duplicate.handler(({ input }) => {
      const original = known(input.id);
      return insert({ ...original, name: freeName(original.name, new Set(store.workflows.list('').map((each) => each.name))) });
    }),
    importText: api.workflows.importText.handler(({ input }) => {
      const document = parseWorkflowText(input.text);
      const name = input.name?.trim().slice(0, maxName);
      return insert(name === undefined || name === '' ? document : { ...document, name });
    }),
    readForeign: api.workflows.readForeign.handler(async ({ input, signal }) => {
      const { report, documents } = await read(input, signal);
      return { report, ...(documents[0] === undefined ? {} : { document: documents[0] }) };
    }),
    importForeign: api.workflows.importForeign.handler(async ({ input, signal }) => {
      const { report, documents } = await read(input, signal);
      return { report, workflows: documents.map(insert) };
    }),
    putImportPart: api.workflows.putImportPart.handler(({ input }) => uploads.put(input.upload, input.index, input.text)),
    readImportParts: api.workflows.readImportParts.handler(async ({ input: { upload, name, store: isToStore }, signal }) => {
      const given = { text: uploads.text(upload), name };
      const found: { id: WorkflowId; name: string }[] = [];
      let count = 0;
      const take = (document: WorkflowDocument): void => {
        count += 1;
        if (isToStore) found.push({ id: insert(document).id, name: document.name });
      };
      const report = await readApart(scripts, given, take, signal ?? new AbortController().signal);
      if (isToStore) uploads.drop(upload);
      return { report, count, workflows: found };
    }),
    listSamples: api.workflows.listSamples.handler(() =>
      samples.list().map(({ file, document }) => ({
        file,
        name: document.name,
        description: document.description,
        nodeCount: document.nodes.filter((node) => node.kind !== 'note.text').length,
        ...summariseSample(document, registry.descriptors()),
      })),
    ),
    openSample: api.workflows.openSample.handler(({ input }) => {
      const sample = samples.list().find((each) => each.file === input.file);
      if (sample === undefined)
        throw new AppError('sample-not-found', `There is no sample “${input.file}”.`, { hint: 'Choose one from the list.' });
      return insert(sample.document);
    }),
    listNodeTypes: api.workflows.listNodeTypes.handler(() => registry.descriptors()),
    watchNodeTypes: api.workflows.watchNodeTypes.handler(async function* ({ signal }) {
      yield* registry.watch(signal ?? new AbortController().signal);
    }),
    check: api.workflows.check.handler(({ input }) => engine.check(input.document)),
    checkConnection: api.workflows.checkConnection.handler(({ input }) => {
      const complaint = engine.checkConnection(input.document, input.from, input.to);
      return complaint === undefined ? {} : { complaint };
    }),
  };
}

/** A document without the identity and times of the workflow that it was read from. */
function documentOf(workflow: WorkflowDocument & Partial<Workflow>): WorkflowDocument {
  const { id: _id, revision: _revision, createdAt: _created, updatedAt: _updated, ...document } = workflow;
  return document;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/ \(copy(?: \d+)?\)$/, '').slice(0, maxName - 12);
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? `${base} (copy)` : `${base} (copy ${n})`;
    if (!taken.has(candidate)) return candidate;
  }
}
