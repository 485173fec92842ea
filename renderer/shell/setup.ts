// Imported first by every page's entry. zod compiles schemas with eval unless told otherwise before the first schema is made. Its core
// alone: the page is drawn before it has schemas.

import { config } from 'zod/v4/core';

config({ jitless: true });
