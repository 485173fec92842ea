// Connecting by keyboard: choose an output of the node, then where it leads. What cannot be is shown with the reason.

import { useMemo, useState } from 'react';
import { useT } from '../../../strings/index.ts';
import { Dialog, Field, Icon, SearchField, Select, toast } from '../../../ui/index.ts';
import { tryConnect } from '../editor/connecting.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { descriptorOf, portsOf, titleOf } from '../model/catalog.ts';
import { whyNot } from '../model/connections.ts';

const maxShown = 200;

export function ConnectDialog({ node, onClose }: { node: string | undefined; onClose(): void }) {
  const t = useT('workflow');
  return (
    <Dialog open={node !== undefined} onOpenChange={(open) => !open && onClose()} title={t('connect.title')}>
      {node !== undefined && <Targets node={node} onClose={onClose} />}
    </Dialog>
  );
}

function Targets({ node: id, onClose }: { node: string; onClose(): void }) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const document = useEditor((state) => state.history.document);
  const catalog = useEditor((state) => state.catalog);
  const node = document.nodes.find((candidate) => candidate.id === id);
  const outputs = node === undefined ? [] : portsOf(descriptorOf(catalog, node), node, document.edges).outputs;
  const [port, setPort] = useState(outputs[0]?.name ?? '');
  const [query, setQuery] = useState('');
  const targets = useMemo(() => {
    const all = document.nodes.flatMap((target) => {
      if (target.id === id) return [];
      const descriptor = descriptorOf(catalog, target);
      return portsOf(descriptor, target, document.edges).inputs.map((input) => ({
        node: target.id,
        port: input.name,
        label: titleOf(target, descriptor),
        input: input.label,
        icon: descriptor?.icon ?? 'circle-help',
        why: whyNot(document, catalog, { node: id, port }, { node: target.id, port: input.name }),
      }));
    });
    const found = all.filter((target) => target.label.toLowerCase().includes(query.trim().toLowerCase()));
    return found.toSorted((a, b) => Number(a.why !== undefined) - Number(b.why !== undefined)).slice(0, maxShown);
  }, [document, catalog, id, port, query]);

  if (outputs.length === 0) return <p className="text-ink-2">{t('connect.no-outputs')}</p>;
  const join = async (target: { node: string; port: string }) => {
    const refused = await tryConnect(editor, { node: id, port }, target);
    if (refused === undefined) onClose();
    else toast({ tone: 'bad', title: refused.message, text: refused.hint });
  };
  return (
    <>
      {outputs.length > 1 && (
        <Field label={t('connect.from')}>
          <Select value={port} onChange={setPort} options={outputs.map(({ name, label }) => ({ value: name, label }))} />
        </Field>
      )}
      <SearchField label={t('connect.search')} value={query} onChange={setQuery} autoFocus />
      <ul className="-mx-2 m-0 max-h-[40vh] list-none overflow-y-auto p-0 px-2">
        {targets.map((target) => (
          <li key={`${target.node}:${target.port}`}>
            <button
              type="button"
              disabled={target.why !== undefined}
              className="flex min-h-9 w-full items-center gap-2.5 rounded-sm px-2 py-1 text-left hover:bg-accent-soft focus-visible:-outline-offset-2 disabled:hover:bg-transparent"
              onClick={() => void join(target)}
            >
              <Icon name={target.icon} size={15} className="shrink-0 text-ink-3" />
              <span className="min-w-0 flex-1">
                <span className={target.why === undefined ? 'font-medium text-ink' : 'text-ink-2'}>{target.label}</span>
                <span className="text-ink-3"> · {target.input}</span>
                {target.why !== undefined && <span className="block text-sm text-ink-3">{target.why}</span>}
              </span>
            </button>
          </li>
        ))}
        {targets.length === 0 && <li className="py-4 text-center text-ink-2">{t('connect.none')}</li>}
      </ul>
    </>
  );
}
