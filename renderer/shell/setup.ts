// Imported first by every page's entry. zod compiles schemas with eval unless told otherwise before the first schema is made.

import { z } from 'zod';

z.config({ jitless: true });
