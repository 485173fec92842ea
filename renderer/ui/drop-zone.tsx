import { type ReactNode, useState } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

export interface DropZoneProps {
  /** What may be dropped here, in a sentence. */
  label: string;
  icon: IconName;
  onFile(file: File): void;
  /** The other ways to the file, below the sentence. */
  children: ReactNode;
}

/** Where a file is dropped. Of several the first is taken. */
export function DropZone({ label, icon, onFile, children }: DropZoneProps): ReactNode {
  const [isOver, setOver] = useState(false);
  return (
    <section
      aria-label={label}
      className="flex flex-col items-center gap-2 rounded-md border border-line-2 border-dashed bg-sunken px-4 py-[22px] data-[over=true]:border-accent data-[over=true]:bg-accent-soft"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file !== undefined) onFile(file);
      }}
    >
      <Icon name={icon} size={22} className="text-ink-3" />
      <span className="text-ink-2">{label}</span>
      {children}
    </section>
  );
}
