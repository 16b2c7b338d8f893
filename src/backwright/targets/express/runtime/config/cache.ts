import { z } from 'zod';
import { checked } from './settings.js';

const env = checked(z.object({ RESPONSE_CACHE_BYTES: z.coerce.number().int().min(0).default(16_777_216) }));

/** 0 keeps nothing. */
export const cacheBytes = env.RESPONSE_CACHE_BYTES;
