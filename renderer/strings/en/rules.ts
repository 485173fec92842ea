/** In shared, since the host's report says them too. */
export { rules } from '../../../shared/model/rule-names.ts';
