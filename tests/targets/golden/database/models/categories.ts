import { z } from 'zod';
import { patch, slug, text } from './fields.js';

const category = {
  name: text(1, 80),
  slug: slug(1, 80),
};

export const CategoryCreate = z.strictObject({
  ...category,
});

export const CategoryUpdate = patch(category);
