import { cn, splitPath, withTilde } from '../ui/index.ts';
import { useAppInfo } from './status.ts';

/** A path on one line: `~` for the person's own folder, and the middle left out where it does not fit. Whole in its title. */
export function PathText({ path, className }: { path: string; className?: string }) {
  const home = useAppInfo()?.home;
  const { head, tail } = splitPath(withTilde(path, home));
  return (
    <span className={cn('inline-flex min-w-0 max-w-full whitespace-pre', className)} title={path}>
      {/* The end is what people look for: the rest gives way first. */}
      {head === '' ? null : <span className="min-w-0 shrink-[9999] truncate">{head}</span>}
      <span className="min-w-0 truncate">{tail}</span>
    </span>
  );
}

/** The same within a sentence: only `~`. */
export function useWithTilde(): (text: string) => string {
  const home = useAppInfo()?.home;
  return (text) => withTilde(text, home);
}
