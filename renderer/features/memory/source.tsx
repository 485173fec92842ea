import { Link } from 'wouter';
import type { MemorySource } from '../../../shared/model/memory.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';

export function useSourceWords(): (source: MemorySource) => string {
  const t = useT('memory');
  return (source) => (source.kind === 'person' ? t('from.person') : t(`from.${source.kind}`, { title: source.title }));
}

/** Where it came from, as a way there. */
export function SourceLink({ source }: { source: MemorySource }) {
  const words = useSourceWords()(source);
  if (source.kind === 'person') return <span>{words}</span>;
  const href = source.kind === 'run' ? routes.runs(source.run) : routes.chat(source.conversation);
  return (
    <Link href={href} className="text-accent-ink hover:underline">
      {words}
    </Link>
  );
}
