// What a person sees of their own call while it goes on: how far it says that it is, and what the server asks them meanwhile.

import { type ReactNode, useState } from 'react';
import type { ServerId } from '../../../shared/model/ids.ts';
import { client, useStream } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { useOpenItems, WaitingCard } from '../inbox/index.ts';

interface Progress {
  done: number;
  total?: number | undefined;
  note?: string | undefined;
}

export function CallUnderWay({ server, follow }: { server: ServerId; follow: string }): ReactNode {
  const t = useT('tools');
  const [progress, setProgress] = useState<Progress>();
  useStream((signal) => client.tools.watchCall({ follow }, { signal }), setProgress, [follow]);
  const { items } = useOpenItems();
  // Questions of a server to the person stand by themselves, under a name that begins with its own.
  const asked = (items ?? []).filter((item) => item.run.startsWith(`server.${server}.`));
  return (
    <div className="tools-outcome flex flex-col gap-2" role="status">
      {progress === undefined ? null : <Far {...progress} label={t('callProgress')} />}
      {asked.map((item) => (
        <WaitingCard key={item.id} item={item} onAnswered={() => undefined} />
      ))}
    </div>
  );
}

function Far({ done, total, note, label }: Progress & { label: string }): ReactNode {
  const words = note === undefined ? (total === undefined ? `${done}` : `${done} / ${total}`) : visibleText(note.slice(0, 300));
  return (
    <div className="flex min-w-0 max-w-[560px] flex-col gap-1">
      {total === undefined || total <= 0 ? null : (
        <progress
          className="h-1 w-full appearance-none overflow-hidden rounded-full bg-line [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-run"
          aria-label={label}
          max={total}
          value={Math.min(Math.max(done, 0), total)}
        />
      )}
      <span className="tabular text-ink-2 text-sm [overflow-wrap:anywhere]">{words}</span>
    </div>
  );
}
