export { type Glob, globFor } from '../../shared/glob.ts';
