import * as z from 'zod/mini';

// Schemas would compile code while they are made, which the page's policy refuses and complains of: to be imported before any of them.
z.config({ jitless: true });
