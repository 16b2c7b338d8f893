import { z } from 'zod';
import { patch, slug, text } from './fields.js';

const fields = {
  name: text(1, 80),
  slug: slug(1, 80),
};

export const CategoryCreate = z.strictObject({
  ...fields,
});

export const CategoryUpdate = patch(fields);
