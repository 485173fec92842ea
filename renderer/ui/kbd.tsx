import { cn } from './cn.ts';
import { showKeys } from './keys.ts';

/** A shortcut as this system writes it; `keys` in accelerator spelling. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-[18px] items-center whitespace-nowrap rounded-sm border border-line-2 bg-raised px-1 font-sans text-2xs text-ink-2',
        className,
      )}
    >
      {showKeys(keys)}
    </kbd>
  );
}
