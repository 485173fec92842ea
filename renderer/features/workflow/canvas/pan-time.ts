/** How long a move of the view takes, in milliseconds: none for those who asked for less motion, since a view that slides is one. */
export const panTime = (ms: number): number => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms);
