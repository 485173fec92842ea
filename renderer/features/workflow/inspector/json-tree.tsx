// A JSON value as a tree that can be read and folded. Long lists and texts show their beginning first.

import './json-tree.css';
import { useState } from 'react';
import type { JsonValue } from '../../../../shared/model/json.ts';
import { useT } from '../../../strings/index.ts';
import { CopyButton, Icon } from '../../../ui/index.ts';

const firstItems = 50;
const firstLetters = 400;
const openDepth = 2;

export function JsonTree({ value, label, isFolded = false }: { value: JsonValue; label: string; isFolded?: boolean }) {
  return (
    <section className="wf-tree group" aria-label={label}>
      <Branch name={undefined} value={value} depth={isFolded ? openDepth : 0} />
      <CopyButton text={typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)} className="wf-tree-copy" />
    </section>
  );
}

function Branch({ name, value, depth }: { name: string | undefined; value: JsonValue; depth: number }) {
  const t = useT('workflow');
  const [isOpen, setOpen] = useState(depth < openDepth);
  const [shown, setShown] = useState(firstItems);
  const key = name === undefined ? null : <span className="wf-key">{name}: </span>;
  if (value === null || typeof value !== 'object')
    return (
      <div className="wf-leaf">
        {key}
        <Leaf value={value} />
      </div>
    );
  const entries: [string, JsonValue][] = Array.isArray(value) ? value.map((item, index) => [String(index), item]) : Object.entries(value);
  const size = Array.isArray(value) ? t('tree.items', { count: entries.length }) : t('tree.keys', { count: entries.length });
  if (entries.length === 0)
    return (
      <div className="wf-leaf">
        {key}
        <span className="text-ink-3">{Array.isArray(value) ? '[ ]' : '{ }'}</span>
      </div>
    );
  return (
    <div>
      <button type="button" className="wf-branch" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={13} className="shrink-0 text-ink-3" />
        {key}
        <span className="text-ink-3">{size}</span>
      </button>
      {isOpen && (
        <div className="wf-twigs">
          {entries.slice(0, shown).map(([childName, child]) => (
            <Branch key={childName} name={childName} value={child} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <button type="button" className="wf-chip-more" onClick={() => setShown(shown + firstItems * 4)}>
              {t('tree.more', { count: entries.length - shown })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Leaf({ value }: { value: string | number | boolean | null }) {
  const t = useT('workflow');
  const [all, setAll] = useState(false);
  if (typeof value !== 'string') return <span className="wf-number">{String(value)}</span>;
  const isLong = value.length > firstLetters;
  return (
    <span className="wf-string">
      {isLong && !all ? `${value.slice(0, firstLetters)}…` : value === '' ? '""' : value}
      {isLong && (
        <button type="button" className="wf-chip-more block" onClick={() => setAll(!all)}>
          {all ? t('tree.less') : t('tree.whole', { count: value.length })}
        </button>
      )}
    </span>
  );
}
