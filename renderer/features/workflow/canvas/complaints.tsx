import { useState } from 'react';
import type { Complaint } from '../../../../shared/model/workflow.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Icon, Popover } from '../../../ui/index.ts';
import { useEditor } from '../editor/context.ts';
import { nodeOf } from '../editor/store.ts';
import { descriptorOf, titleOf } from '../model/catalog.ts';

/** How many things are wrong, and the list of them; each leads to its node. */
export function Complaints({ onJump }: { onJump(node: string): void }) {
  const t = useT('workflow');
  const complaints = useEditor((state) => state.complaints);
  const [open, setOpen] = useState(false);
  const errors = complaints.filter((complaint) => complaint.severity === 'error').length;
  const isEmpty = useEditor((state) => state.history.document.nodes.length === 0);
  // An empty canvas already says what to do.
  if (complaints.length === 0 || isEmpty) return null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      className="w-90 p-1"
      trigger={
        <Button variant="ghost" size="s" icon={errors > 0 ? 'circle-alert' : 'triangle-alert'} className={errors > 0 ? 'text-bad' : ''}>
          {errors > 0 ? t('complaints.errors', { count: errors }) : t('complaints.warnings', { count: complaints.length })}
        </Button>
      }
    >
      <ul className="m-0 list-none p-0">
        {complaints.slice(0, 100).map((complaint, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: complaints have no identity and are replaced as a whole
          <li key={index}>
            <Row
              complaint={complaint}
              onJump={(node) => {
                setOpen(false);
                onJump(node);
              }}
            />
          </li>
        ))}
      </ul>
    </Popover>
  );
}

function Row({ complaint, onJump }: { complaint: Complaint; onJump(node: string): void }) {
  const t = useT('workflow');
  const node = useEditor((state) => (complaint.node === undefined ? undefined : nodeOf(state, complaint.node)));
  const catalog = useEditor((state) => state.catalog);
  const words = (
    <>
      <Icon
        name={complaint.severity === 'error' ? 'circle-alert' : 'triangle-alert'}
        size={14}
        className={`mt-[3px] shrink-0 ${complaint.severity === 'error' ? 'text-bad' : 'text-ink-3'}`}
      />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {node !== undefined && <span className="font-medium">{titleOf(node, descriptorOf(catalog, node))}: </span>}
        {complaint.message}
        {complaint.hint !== undefined && <span className="block text-sm text-ink-3">{complaint.hint}</span>}
      </span>
    </>
  );
  const look = 'flex w-full gap-2 rounded-sm px-2 py-1.5 text-left';
  if (node === undefined) return <div className={look}>{words}</div>;
  return (
    <button type="button" className={`${look} hover:bg-accent-soft`} title={t('complaints.jump')} onClick={() => onJump(node.id)}>
      {words}
    </button>
  );
}
