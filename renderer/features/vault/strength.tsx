import { cn } from '../../ui/index.ts';

const tones = ['bg-bad', 'bg-bad', 'bg-wait', 'bg-ok', 'bg-ok'];

/** Four bars and the words beside them: colour is not the only sign. */
export function StrengthMeter({ value, label }: { value: number; label: string }) {
  return (
    <span className="flex items-center gap-2 text-ink-2 text-sm">
      <span aria-hidden="true" className="flex gap-0.5">
        {[1, 2, 3, 4].map((bar) => (
          <span key={bar} className={cn('h-1.5 w-5 rounded-full', bar <= Math.max(1, value) ? tones[value] : 'bg-line')} />
        ))}
      </span>
      {label}
    </span>
  );
}
